package rehearsals

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"farmhand/internal/farm"
)

// Expected is an expected.yaml; the package comment explains its keys.
type Expected struct {
	What     string       `yaml:"what"`
	Outcome  farm.Outcome `yaml:"outcome"`
	Findings []Finding    `yaml:"findings"`
	Answers  []Answer     `yaml:"answers"`
	Journal  Journal      `yaml:"journal"`
	Status   Status       `yaml:"status"`
}

// Finding is one that preflight must make. An empty server is any, as is an empty text.
type Finding struct {
	Severity farm.Severity `yaml:"severity"`
	Server   string        `yaml:"server"`
	Contains string        `yaml:"contains"`
}

// Answer is what a person answers to a gate or a step's intervention, and does before.
type Answer struct {
	Gate     string        `yaml:"gate"`
	Step     farm.StepKind `yaml:"step"`
	Server   string        `yaml:"server"`
	Contains string        `yaml:"contains"`
	Choice   farm.Choice   `yaml:"choice"`
	By       string        `yaml:"by"`
	Times    int           `yaml:"times"`
	Run      []Command     `yaml:"run"`
}

// Command is one command a person types on a server.
type Command struct {
	Server  string `yaml:"server"`
	Command string `yaml:"command"`
	// Exit is the exit code it must have.
	Exit int `yaml:"exit"`
}

// Journal is what the twin must have recorded.
type Journal struct {
	Unchanged bool      `yaml:"unchanged"`
	Article   *Article  `yaml:"article"`
	Order     []string  `yaml:"order"`
	Never     []Pattern `yaml:"never"`
	Contains  []Pattern `yaml:"contains"`
}

// Article names the servers of a completed update, in the order of the wizard, and those of users.
type Article struct {
	Wizards []string `yaml:"wizards"`
	Web     []string `yaml:"web"`
}

// Status is what the farm's status must say at the end.
type Status struct {
	Violations int              `yaml:"violations"`
	Exceptions []string         `yaml:"exceptions"`
	Servers    []ServerStatus   `yaml:"servers"`
	Databases  []DatabaseStatus `yaml:"databases"`
}

// ServerStatus is what must be so of one server; what is left out may be anything.
type ServerStatus struct {
	Name      string          `yaml:"name"`
	Finalized *bool           `yaml:"finalized"`
	Version   string          `yaml:"version"`
	Reboots   *int            `yaml:"reboots"`
	Wizards   *int            `yaml:"wizards"`
	Packages  []PackageStatus `yaml:"packages"`
}

// PackageStatus is what must be so of one package on one server.
type PackageStatus struct {
	KB      string         `yaml:"kb"`
	State   farm.StepState `yaml:"state"`
	Outcome string         `yaml:"outcome"`
}

// DatabaseStatus is what must be so of one database.
type DatabaseStatus struct {
	Name    string `yaml:"name"`
	Version string `yaml:"version"`
	OK      *bool  `yaml:"ok"`
}

// Pattern is a regular expression, ignoring case.
type Pattern struct{ *regexp.Regexp }

// UnmarshalYAML compiles the expression; the error names the line.
func (p *Pattern) UnmarshalYAML(node *yaml.Node) error {
	var text string
	if err := node.Decode(&text); err != nil {
		return err
	}
	compiled, err := regexp.Compile("(?is)" + text)
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	p.Regexp = compiled
	return nil
}

// LoadExpected reads an expected.yaml. The error names the file and the line.
func LoadExpected(path string) (Expected, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Expected{}, err
	}
	var e Expected
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&e); err != nil {
		return Expected{}, fmt.Errorf("%s: %w", path, err)
	}
	return e, e.complete(path)
}

// complete fills what was left out and reports what cannot be.
func (e *Expected) complete(path string) error {
	var wrong []error
	add := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(path+": "+format, args...)) }
	if strings.TrimSpace(e.What) == "" {
		add("what is missing: a sentence about the case")
	}
	if e.Outcome == "" {
		add("outcome is missing")
	}
	if e.Outcome == farm.OutcomeRefused && !e.Journal.Unchanged {
		add("refused, and the journal is not held to be unchanged: what blocks stops before anything is changed")
	}
	for i := range e.Answers {
		a := &e.Answers[i]
		if (a.Gate == "") == (a.Step == "") || a.Choice == "" || a.Times < 0 {
			add("answers[%d]: want a gate or a step, a choice, and times above zero or none", i)
		}
		a.Times = max(a.Times, 1)
	}
	for i, f := range e.Findings {
		if !slices.Contains([]farm.Severity{farm.SeverityBlocking, farm.SeverityWarning, farm.SeverityInformation}, f.Severity) {
			add("findings[%d]: severity %q is none", i, f.Severity)
		}
	}
	return errors.Join(wrong...)
}
