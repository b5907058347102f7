package runner

import (
	"errors"
	"os"
	"strings"
)

// Struck counts the faults of the scenario that the simulated farm met, as the step's first word and the kind: a fault
// that waits for a boot that never comes is not among them.
func (r Run) Struck() (map[string]int, error) {
	met := map[string]int{}
	journal := &follower{path: r.Journal()}
	journal.watch(func(e event) {
		if e.Event != "struck" {
			return
		}
		step, kind, _ := strings.Cut(e.Text, ": ")
		met[strings.ToLower(strings.Fields(step)[0])+" "+kind]++
	})
	if err := journal.read(); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return met, nil
}
