package production

import (
	"cmp"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// rewriter makes of a text of a container one for a process: names of services become addresses, the container's own
// loopback and "every address" become the address it has here, and paths in the container become those of this machine.
type rewriter struct {
	network *network
	own     string            // the container's address
	paths   map[string]string // of this machine, by path in the container
	named   *regexp.Regexp
	within  *regexp.Regexp
}

func (n *network) rewriter(own string, paths map[string]string) rewriter {
	return rewriter{
		network: n, own: own, paths: paths,
		named:  regexp.MustCompile(`\b(` + anyOf(n.names) + `):(\d+)\b`),
		within: regexp.MustCompile(`(^|[=:\s"'])(` + anyOf(paths) + `)(/|$|[\s"':,])`),
	}
}

// anyOf matches each of the keys, a longer one before its beginning.
func anyOf[V any](keys map[string]V) string {
	all := slices.SortedFunc(maps.Keys(keys), longestFirst)
	for i := range all {
		all[i] = regexp.QuoteMeta(all[i])
	}
	return strings.Join(all, "|")
}

func longestFirst(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }

// text rewrites a value of the environment, an argument, or a line of a configuration file.
func (r rewriter) text(s string) string {
	s = r.within.ReplaceAllStringFunc(s, func(found string) string {
		m := r.within.FindStringSubmatch(found)
		return m[1] + r.paths[m[2]] + m[3]
	})
	s = r.named.ReplaceAllStringFunc(s, func(found string) string {
		name, port, _ := strings.Cut(found, ":")
		return r.network.target(name, port)
	})
	// Simulated servers have loopback addresses of their own, which stay apart from other people's.
	s = strings.ReplaceAll(s, "127.0.1.", r.network.prefix+"1")
	for _, mine := range []string{"127.0.0.1", "0.0.0.0"} {
		s = strings.ReplaceAll(s, mine, r.own)
	}
	return s
}

// texts rewrites each.
func (r rewriter) texts(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = r.text(s)
	}
	return out
}

// hostVariable matches the variables that hold a host by itself, whose port is in another one.
var hostVariable = regexp.MustCompile(`_(HOST|SEEDS)$`)

// environment is a service's, as NAME=VALUE.
func (r rewriter) environment(s Service) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		value := s.Environment[name]
		if all, ok := r.network.names[value]; ok && hostVariable.MatchString(name) {
			value = all[0]
		}
		out = append(out, name+"="+r.text(value))
	}
	return out
}

// mount copies a file or folder that is mounted into a container, rewritten.
func (r rewriter) mount(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		within, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, within)
		if d.IsDir() {
			return os.MkdirAll(target, 0o755) //nolint:gosec // PostgreSQL has another user
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // files of this project
		if err != nil {
			return err
		}
		lines := strings.SplitAfter(string(text), "\n")
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil { //nolint:gosec // as above
			return err
		}
		return os.WriteFile(target, []byte(strings.Join(r.texts(lines), "")), info.Mode().Perm())
	})
}
