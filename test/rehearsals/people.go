package rehearsals

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/test/integration"
)

// people are the approvers and operators of a case: they answer as expected.yaml says, and keep every finding
// they are shown.
type people struct {
	t        *testing.T
	farm     *integration.Farm
	answers  []Answer
	findings []farm.Finding
}

// see keeps what preflight found; what was set right later is no longer in the status.
func (p *people) see(s farm.Status) {
	for _, f := range s.Findings {
		if !slices.Contains(p.findings, f) {
			p.findings = append(p.findings, f)
		}
	}
}

// answer gives the first answer that fits and is not used up. A gate without one is approved.
func (p *people) answer(q farm.Question) (string, farm.Choice) {
	p.t.Helper()
	for i := range p.answers {
		if a := &p.answers[i]; a.Times > 0 && a.fits(q) {
			a.Times--
			for _, c := range a.Run {
				if p.farm.HasSQL(c.Server) {
					p.farm.Query(p.t, c.Server, c.Command)
					continue
				}
				result := p.farm.Do(p.t, c.Server, c.Command)
				require.Equal(p.t, c.Exit, result.Exit, "%s on %s: %s%s", c.Command, c.Server, result.Stdout, result.Stderr)
			}
			return p.who(a, q), a.Choice
		}
	}
	who, choice := integration.Approve(q)
	require.NotEmpty(p.t, choice, "no answer in expected.yaml for %s", describe(q))
	return who, choice
}

func (p *people) who(a *Answer, q farm.Question) string {
	if a.By != "" {
		return a.By
	}
	for _, name := range q.Eligible() {
		if !slices.Contains(q.Approvals, name) {
			return name
		}
	}
	require.Fail(p.t, "nobody may answer", describe(q))
	return ""
}

// fits reports whether the answer is for the question.
func (a Answer) fits(q farm.Question) bool {
	if !strings.Contains(describe(q), a.Contains) {
		return false
	}
	if a.Gate != "" {
		return q.Kind != farm.QuestionIntervention && q.ID == a.Gate
	}
	return q.Failure != nil && stepOf(*q.Failure) == a.Step && (a.Server == "" || strings.EqualFold(a.Server, q.Failure.Server))
}

// stepOf is the step that failed; where none of the plan did, the kind of failure: preflight, rejected.
func stepOf(f farm.Failure) farm.StepKind { return cmp.Or(f.Step, farm.StepKind(f.Kind)) }

// describe is what a question shows, for people who look for words in it.
func describe(q farm.Question) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n", q.Kind, q.ID, q.Title)
	if q.Failure != nil {
		fmt.Fprintf(&b, "step %s on %s: %s. %s\n", stepOf(*q.Failure), q.Failure.Server, q.Failure.Message, q.Failure.Advice)
	}
	for _, f := range q.Facts {
		fmt.Fprintf(&b, "%s: %s\n", f.Label, f.Text)
	}
	fmt.Fprintf(&b, "choices: %v\n", q.Choices)
	return b.String()
}
