package farm

import "slices"

// FilesToStage names the packages' files a server wants: those of its architecture whose package detection has not
// found on it.
func FilesToStage(rel Release, s ServerFacts) []string {
	var out []string
	for _, p := range rel.For(s.Languages).InstallOrder() {
		if f, ok := p.File(s.Architecture); ok && !s.Holds(p.ID()) {
			out = append(out, f.Name)
		}
	}
	return out
}

// Damaged names the files, of those given, that a copy did not bring as they should be: not there, another hash than
// the release says or none, or changed after they were signed.
func Damaged(rel Release, s ServerFacts, files []string) []string {
	var out []string
	for _, p := range rel.For(s.Languages).InstallOrder() {
		f, ok := p.File(s.Architecture)
		if !ok || !slices.Contains(files, f.Name) {
			continue
		}
		i := slices.IndexFunc(s.Copies, func(c PackageCopy) bool { return c.KB == p.ID() && c.Exists })
		if i < 0 || s.Copies[i].Signature.Broken() || s.Copies[i].otherThan(f) {
			out = append(out, f.Name)
		}
	}
	return out
}
