package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// bundled is what the checks read of the bundle of evidence.
type bundled struct {
	rollout farm.RolloutStatus
	report  view.Evidence
}

func readBundle(dir string) (b bundled, err error) {
	for name, into := range map[string]any{"rollout-status.json": &b.rollout, "report.json": &b.report} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			return b, fmt.Errorf("%s: %w", name, err)
		}
	}
	return b, nil
}

// checkBundle: the bundle is genuine, and its report is complete: every section about every farm, and each farm's own files.
func (p *play) checkBundle(ctx context.Context, w *wrongs) {
	dir := p.file("evidence")
	key := filepath.Join(p.state(), "evidence", "evidence_key.pub")
	if out, bad, code := p.command(ctx, "verify-evidence", dir, "--key", key); code != 0 {
		w.add("the bundle of evidence is not genuine: %s%s", out, bad)
		return
	}
	b, err := readBundle(dir)
	if err != nil {
		w.add("the bundle of evidence: %v", err)
		return
	}
	p.checkSections(w, b.report)
	for _, m := range p.fleet.farms {
		for _, name := range []string{"status.json", "runbook.md"} {
			if _, err := os.Stat(filepath.Join(dir, "farms", m.name, name)); err != nil {
				w.add("the bundle of evidence: %v", err)
			}
		}
		if histories, _ := filepath.Glob(filepath.Join(dir, "histories", "farm-update", m.name, "*.json")); len(histories) == 0 { // only a bad pattern is an error
			w.add("the bundle of evidence has no history of %s", m.name)
		}
	}
	for _, name := range []string{"report.md", "report.html"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			w.add("the bundle of evidence: %v", err)
		}
		for _, m := range p.fleet.farms {
			if !strings.Contains(string(text), m.name) {
				w.add("%s says nothing of %s", name, m.name)
			}
		}
	}
}

// checkSections: each section that is kept by farm has a part about every one, and what must be known of a farm is there.
func (p *play) checkSections(w *wrongs, e view.Evidence) {
	sections := reflect.ValueOf(e)
	for i := range sections.NumField() {
		name, section := sections.Type().Field(i).Name, sections.Field(i)
		if section.Kind() != reflect.Slice {
			continue
		}
		farms := map[string]bool{}
		for j := range section.Len() {
			farms[section.Index(j).FieldByName("Farm").String()] = true
		}
		for _, m := range p.fleet.farms {
			if !farms[m.name] {
				w.add("section %s of the report says nothing of %s", name, m.name)
			}
		}
	}
	for _, d := range e.Decisions {
		if d.Farm != "" && len(d.Evidence.Decisions) == 0 {
			w.add("the report names no decision at %s", d.Farm)
		}
	}
	for _, s := range e.Servers {
		if len(s.Evidence) == 0 {
			w.add("the report has no server of %s", s.Farm)
		}
	}
}
