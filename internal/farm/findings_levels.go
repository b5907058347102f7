package farm

import "fmt"

// levels warns of a server that is past the release while others of its farm will not be: servers of one farm have to
// stand at one level per product (domain.md A.1), and this release cannot bring that about.
func (j *judge) levels() {
	want := j.release.Expected.SharePointDatabases
	var past, others []ServerFacts
	for _, s := range j.facts.Servers {
		switch srv, _ := j.farm.Server(s.Server); {
		case !srv.RunsSharePoint() || s.Version.IsZero() || want.IsZero():
		case s.Version.Compare(want) > 0:
			past = append(past, s)
		default:
			others = append(others, s)
		}
	}
	if len(others) == 0 {
		return
	}
	for _, s := range past {
		j.add(SeverityWarning, s.Server, fmt.Sprintf("version %s is past this release (%s), and %s will not be: servers of one farm have to stand at one level", s.Version, want, others[0].Server),
			"install the later update on the other servers as well, soon; or roll that one out instead of this release")
	}
}
