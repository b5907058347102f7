package telemetry

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Sample is one line of a Prometheus page.
type Sample struct {
	Name   string
	Labels map[string]string
	Value  string
}

var (
	sampleLine = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ \n]+)`)
	labelPair  = regexp.MustCompile(`([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"`)
)

// Scrape reads a Prometheus page.
func Scrape(url string) ([]Sample, error) {
	answer, err := http.Get(url) //nolint:gosec,noctx // a test's own process
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, answer.Status)
	}
	var all []Sample
	for line := range strings.Lines(string(page)) {
		m := sampleLine.FindStringSubmatch(line)
		if m == nil {
			continue // a comment
		}
		s := Sample{Name: m[1], Labels: map[string]string{}, Value: m[3]}
		for _, l := range labelPair.FindAllStringSubmatch(m[2], -1) {
			s.Labels[l[1]] = l[2]
		}
		all = append(all, s)
	}
	return all, nil
}

// Query is one PromQL expression, and where it stands.
type Query struct{ Where, Expr string }

var (
	quoted     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	matchers   = regexp.MustCompile(`\{[^}]*\}|\[[^\]]*\]`)
	grouping   = regexp.MustCompile(`\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)`)
	identifier = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*(\s*\()?`)
	durations  = regexp.MustCompile(`\b[0-9]+[smhdwy]\b`)
	operators  = []string{"and", "or", "unless", "offset", "bool", "by", "without", "on", "ignoring"}
)

// MetricNames are the metrics that a query asks for.
func (q Query) MetricNames() []string {
	text := quoted.ReplaceAllString(q.Expr, "")
	for _, away := range []*regexp.Regexp{matchers, grouping, durations} {
		text = away.ReplaceAllString(text, " ")
	}
	var names []string
	for _, name := range identifier.FindAllString(text, -1) {
		if strings.HasSuffix(name, "(") || slices.Contains(operators, name) {
			continue // a function
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Rules are the queries of deploy/prometheus/rules.yml.
func Rules() ([]Query, error) {
	path := filepath.Join(Root(), "deploy", "prometheus", "rules.yml")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var all []Query
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			all = append(all, Query{r.Alert, r.Expr})
		}
	}
	return all, nil
}

// Dashboard is what is read of a Grafana dashboard.
type Dashboard struct {
	Title  string
	UID    string
	Panels []Panel
}

// Panel is one panel of it; a row has no queries.
type Panel struct {
	ID          int
	Type        string
	Title       string
	Description string
	FieldConfig struct{ Defaults struct{ Unit string } }
	Targets     []struct{ Expr string }
}

// Dashboards are those of deploy/grafana/dashboards, by file.
func Dashboards() (map[string]Dashboard, error) {
	all := map[string]Dashboard{}
	root := os.DirFS(filepath.Join(Root(), "deploy", "grafana", "dashboards"))
	files, err := fs.Glob(root, "*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return nil, err
		}
		var d Dashboard
		if err := json.Unmarshal(text, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all[name] = d
	}
	return all, nil
}

// Queries are those of a dashboard's panels.
func (d Dashboard) Queries() []Query {
	var all []Query
	for _, p := range d.Panels {
		for _, t := range p.Targets {
			all = append(all, Query{d.Title + ": " + p.Title, t.Expr})
		}
	}
	return all
}
