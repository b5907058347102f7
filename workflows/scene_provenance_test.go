package workflows_test

import (
	"context"
	"fmt"
	"time"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// DescribeProgram tells of a worker that is replaced as often as the scene says.
func (s *scene) DescribeProgram(context.Context) (farm.Program, error) {
	unlock, err := s.call("describe program")
	defer unlock()
	s.described++
	p := farm.Program{Version: "v0.1.0", SHA256: "aa", At: time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC), Scripts: []farm.ScriptHash{{Name: "inspect.ps1", SHA256: "bb"}}}
	if s.upgraded {
		p.Version = fmt.Sprintf("v0.1.%d", s.described)
	}
	return p, err
}

// SignEvidence signs by repeating what it was given.
func (s *scene) SignEvidence(_ context.Context, r activities.SignRequest) (activities.Signed, error) {
	unlock, err := s.call("sign " + string(r.Manifest) + " for " + r.AskedBy)
	defer unlock()
	return activities.Signed{Signature: "signed " + string(r.Manifest), Public: "ssh-ed25519 AAAA"}, err
}
