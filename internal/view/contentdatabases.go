package view

import (
	"fmt"
	"slices"
	"strconv"

	"farmhand/internal/farm"
)

// content is the article's exception: content databases that were detached come back after the last wizard.
func (b *runbook) content() {
	if len(b.s.Content) == 0 {
		return
	}
	done := true
	for _, d := range b.s.Content {
		done = done && !d.Out()
	}
	b.chapter(done, "Attach the content databases again")
	if !done {
		b.line("On the host of Central Administration, when the wizard has run on every server; one at a time, for each is upgraded by it. Without them their sites are not found.\n")
	}
	for _, d := range b.s.Content {
		switch {
		case d.DetachedAt.IsZero():
			b.task(true, "%s was not detached", escape(d.Name))
		case d.Out():
			b.task(false, "%s: %d site collections, detached %s", escape(d.Name), d.Sites, utc(d.DetachedAt))
			b.code("bat", "stsadm "+d.AttachArguments())
		default:
			b.task(true, "%s is back since %s", escape(d.Name), utc(d.AttachedAt))
		}
	}
}

// contentOut reports whether a content database of the run is detached.
func (b *runbook) contentOut() bool {
	return slices.ContainsFunc(b.s.Content, farm.DetachedDatabase.Out)
}

// contentRows are the evidence of content databases that were detached.
func (e Evidence) contentRows(f FarmEvidence) (rows [][]string) {
	for _, d := range f.Content {
		rows = append(rows, []string{d.Server, d.Name, d.URL, strconv.Itoa(d.Sites), fmt.Sprintf("%d, %d", d.Warning, d.Max), yes(d.Prepared), e.when(d.DetachedAt), e.when(d.AttachedAt)})
	}
	return rows
}
