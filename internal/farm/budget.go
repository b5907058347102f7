package farm

import (
	"errors"
	"strconv"
	"strings"
)

// FailureBudget is how many farms may fail before no more are started: a count such as "2", or a percentage of
// the farms such as "10%". Empty is no budget: failures stop nothing.
type FailureBudget string

// errBudget says what a failure budget looks like.
var errBudget = errors.New(`want how many farms may fail before no more are started: a count like 2, or a percentage like "10%"`)

// Check says why a budget cannot be read, or nil.
func (b FailureBudget) Check() error {
	if _, _, err := b.parse(); err != nil {
		return err
	}
	return nil
}

// Spent reports whether so many failures among so many farms spend the budget. A percentage is rounded up, and is one farm at least: a
// budget that the first failure could not spend in a small wave would be none.
func (b FailureBudget) Spent(failed, farms int) bool {
	n, percent, err := b.parse()
	if err != nil || b == "" {
		return false // the check of the rollout file sees to it
	}
	if percent {
		n = max(1, (farms*n+99)/100)
	}
	return failed >= n
}

func (b FailureBudget) parse() (n int, percent bool, err error) {
	if b == "" {
		return 0, false, nil
	}
	text, percent := strings.CutSuffix(string(b), "%")
	n, err = strconv.Atoi(text)
	switch {
	case err != nil, n < 1, n > maxBudget, percent && n > 100, text != strconv.Itoa(n):
		return 0, false, errBudget
	}
	return n, percent, nil
}

// maxBudget bounds a count: more than any rollout has farms is a typing mistake.
const maxBudget = 100_000
