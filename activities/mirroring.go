package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
)

// MirrorRequest names databases of one SQL Server whose mirroring is read, paused or resumed.
type MirrorRequest struct {
	SQLTarget
	Databases []string `json:"databases"`
}

// mirrors are the mirrored ones of the databases; no names mean all.
func mirrors(ctx context.Context, s *mssql.Server, server string, databases []string) ([]farm.MirrorState, error) {
	all, err := s.Mirrors(ctx)
	var out []farm.MirrorState
	for _, m := range all {
		if len(databases) > 0 && !slices.ContainsFunc(databases, func(n string) bool { return strings.EqualFold(n, m.Database) }) {
			continue
		}
		out = append(out, farm.MirrorState{Database: m.Database, Server: server, Role: m.Role, State: m.State, Partner: m.Partner, Witness: m.Witness})
	}
	return out, err
}

// onMirrors reads the mirroring of the databases and does something to each that wants it; the answer is how
// they were before.
func (a *Activities) onMirrors(ctx context.Context, r MirrorRequest, step farm.StepKind, do func(*mssql.Server, farm.MirrorState) error) ([]farm.MirrorState, error) {
	s, err := a.sql(r.SQLTarget)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	_, stop := keepBeating(ctx, "reading the mirroring on "+r.Server.Name)
	defer stop()
	found, err := mirrors(ctx, s, r.Server.Name, r.Databases)
	for i := 0; err == nil && i < len(found); i++ {
		err = do(s, found[i])
	}
	return found, fail(r.Server.Name, step, err)
}

// ReadMirrors reads how the databases are mirrored now.
func (a *Activities) ReadMirrors(ctx context.Context, r MirrorRequest) ([]farm.MirrorState, error) {
	return a.onMirrors(ctx, r, farm.StepPauseMirroring, func(*mssql.Server, farm.MirrorState) error { return nil })
}

// PauseMirroring suspends the mirroring of the databases, where this server is the principal and it is not
// suspended already.
func (a *Activities) PauseMirroring(ctx context.Context, r MirrorRequest) ([]farm.MirrorState, error) {
	return a.onMirrors(ctx, r, farm.StepPauseMirroring, func(s *mssql.Server, m farm.MirrorState) error {
		if m.Role != farm.MirrorPrincipal {
			return notPrincipal(farm.StepPauseMirroring, m, "")
		}
		if m.State == farm.MirrorSuspended {
			return nil
		}
		return s.SuspendMirroring(ctx, m.Database)
	})
}

// ResumeMirroring lets the paused mirrors of the databases catch up.
func (a *Activities) ResumeMirroring(ctx context.Context, r MirrorRequest) ([]farm.MirrorState, error) {
	return a.onMirrors(ctx, r, farm.StepResumeMirroring, func(s *mssql.Server, m farm.MirrorState) error {
		if m.State != farm.MirrorSuspended {
			return nil
		}
		return s.ResumeMirroring(ctx, m.Database)
	})
}

// ProvePrincipal proves that the SQL Server of the file is the principal of every mirrored database: that
// is where the farm's connection strings point. When one has failed over, the mirror of the file is asked
// who has it.
func (a *Activities) ProvePrincipal(ctx context.Context, r MirrorRequest) ([]farm.MirrorState, error) {
	found, err := a.ReadMirrors(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, m := range found {
		if m.Role != farm.MirrorPrincipal {
			return nil, notPrincipal(farm.StepProvePrincipal, m, a.askMirror(ctx, r, m.Database))
		}
	}
	return found, nil
}

// askMirror says what the mirror thinks of a database, as far as it answers: it is for people alone.
func (a *Activities) askMirror(ctx context.Context, r MirrorRequest, database string) string {
	mirror, named := r.Server.MirrorServer()
	if !named {
		return ""
	}
	t := r.SQLTarget
	t.Server = mirror
	states, err := a.ReadMirrors(ctx, MirrorRequest{t, []string{database}})
	switch {
	case err != nil:
		return "; " + mirror.Name + " does not answer: " + FailureOf(err).Message
	case len(states) == 0:
		return "; " + mirror.Name + " has no mirroring of it"
	}
	return fmt.Sprintf("; on %s it is %s and %s", mirror.Name, states[0].Role, states[0].State)
}

func notPrincipal(step farm.StepKind, m farm.MirrorState, mirror string) error {
	return failf(farm.FailureNotPrincipal, m.Server, step,
		fmt.Sprintf("%s is %s of the mirrored database %s (%s, partner %s)%s", m.Server, m.Role, m.Database, m.State, m.Partner, mirror),
		"SharePoint 2007 connects to the server of the file alone: fail back there (ALTER DATABASE … SET PARTNER FAILOVER, on the principal), then retry")
}
