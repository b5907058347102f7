package view

import (
	"slices"

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
