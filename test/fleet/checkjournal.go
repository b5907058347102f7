package main

import (
	"farmhand/test/journal"
)

// checkJournal holds what really happened in the simulated farms against the article and the calendars: every farm but the one that fails
// was updated by the rules, each installer and wizard once, whatever was killed; and no users were disconnected before their site allowed it.
func (p *play) checkJournal(w *wrongs, events []journal.Event) {
	of := map[string][]journal.Event{}
	for _, e := range events {
		of[e.Farm] = append(of[e.Farm], e)
	}
	allowed := map[string]site{}
	for _, s := range p.fleet.sites {
		allowed[s.name] = s
	}
	for _, m := range p.fleet.farms {
		mine := of[m.name]
		if m.name != p.fleet.fails {
			rules := journal.Farm{Wizards: m.servers(), Web: m.web(), Packages: []string{"KB951695", "KB951297"}}
			for _, v := range rules.Violations(mine) {
				w.add("%s: %s", m.name, v)
			}
		}
		stopped := journal.Find(mine, "", "service-stopped", "W3SVC")
		if len(stopped) == 0 {
			w.add("%s: users were never disconnected", m.name)
			continue
		}
		if first := allowed[m.site].allowed(); stopped[0].Time.Before(first) {
			w.add("%s: users were disconnected at %s, and %s may not be changed before %s", m.name, stopped[0].Time, m.site, first)
		}
	}
	for _, e := range journal.Find(of[p.fleet.fails], "", "started", "") {
		if e.Program() == journal.Wizard {
			w.add("%s: the wizard ran on %s, and a package had failed", p.fleet.fails, e.Host)
		}
	}
}
