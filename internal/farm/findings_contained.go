package farm

import (
	"fmt"
	"slices"
	"strings"
)

// contained tells of the earlier updates that come with the release: where one is there already, the release does not
// install it again; where it is not, it comes with the release, and with it what that update asks of the clients (the
// article, "Client-side requirements").
func (j *judge) contained() {
	for _, c := range j.release.Contains {
		var with, without []string
		for _, s := range j.facts.Servers {
			if i := slices.IndexFunc(s.Contained, func(p PackageState) bool { return p.KB == c.KB }); i < 0 {
				continue
			} else if s.Contained[i].Proven() {
				with = append(with, s.Server)
			} else {
				without = append(without, s.Server)
			}
		}
		name := strings.TrimSpace(c.KB + " " + c.Title)
		if len(with) > 0 {
			j.add(SeverityInformation, strings.Join(with, ", "), name+" is there already, and comes with this release", "it is not installed again")
		}
		switch {
		case len(without) == 0:
		case c.KB == j.release.Client.ComesWith:
			j.add(SeverityWarning, strings.Join(without, ", "), name+" comes with this release and is not there yet: what it asks of the clients is new", j.release.Client.Statement)
		default:
			j.add(SeverityInformation, strings.Join(without, ", "), name+" comes with this release and is not there yet", "")
		}
	}
}

// AsksClients reports whether the release's requirement on clients is to be stated: always, unless it belongs to a
// contained update that every server had before.
func (r Release) AsksClients(facts Facts) bool {
	if r.Client.Statement == "" {
		return false
	}
	asked := false
	for _, s := range facts.Servers {
		for _, p := range s.Contained {
			if p.KB == r.Client.ComesWith {
				asked = true
				if !p.Proven() {
					return true
				}
			}
		}
	}
	return !asked // nobody looked, or the requirement belongs to the release itself
}

// languagePacks warns of language packs that no package of the release updates. One of a server's languages is the
// product's own, which the registry does not mark: a single one that no package covers is that one.
func (j *judge) languagePacks() {
	found := map[string][]string{} // uncovered languages, in words -> servers
	var order []string
	for _, s := range j.facts.Servers {
		var bare []string
		for _, l := range s.Languages {
			if !j.release.Covers(l) {
				bare = append(bare, languageName(l))
			}
		}
		if len(bare) < 2 {
			continue
		}
		key := strings.Join(bare, ", ")
		if found[key] == nil {
			order = append(order, key)
		}
		found[key] = append(found[key], s.Server)
	}
	for _, languages := range order {
		j.add(SeverityWarning, strings.Join(found[languages], ", "),
			fmt.Sprintf("SharePoint has the languages %s, and the release has no package for a language pack of them: all but the product's own language stay at their level", languages),
			"give the packages in language_packs of the release, or update the language packs by hand before the wizard runs")
	}
}
