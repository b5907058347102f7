package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"farmhand/simulator/world"
)

const (
	// lifelikePace divides the durations of life: an update of eighty minutes takes four.
	lifelikePace = 20
	// lifelikeFarms are updated side by side, and each is a sample: one after the other would take a quarter of an hour.
	lifelikeFarms = 3
)

// openPace is the measure of an update whose work takes its time: what is farmhand's own share?
func openPace(ctx context.Context, o options) (measure, func(), error) {
	s, err := newSite(ctx)
	if err != nil {
		return measure{}, nil, err
	}
	st, err := startStack(ctx, s, o.bin)
	if err != nil {
		s.close()
		return measure{}, nil, err
	}
	m := measure{
		name: "pace", title: fmt.Sprintf("%d farms of four servers side by side, durations of life divided by %d", lifelikeFarms, lifelikePace), rounds: 2,
		contestants: []contestant{{"farmhand", func(ctx context.Context) ([]Figure, error) { return lifelike(ctx, st) }}},
	}
	return m, func() { st.close(); s.close() }, nil
}

// lifelike updates the farms and returns the figures of all.
func lifelike(ctx context.Context, st *stack) ([]Figure, error) {
	perFarm := make([][]Figure, lifelikeFarms)
	before := st.processorTime()
	g, ctx := errgroup.WithContext(ctx)
	for i := range lifelikeFarms {
		g.Go(func() error {
			own, err := newSite(ctx) // a network of its own; the worker knows one password
			if err != nil {
				return err
			}
			defer own.close()
			own.password = st.site.password
			t, err := own.startPlain(ctx, lifelikePace, fmt.Sprintf("farm-%d", i+1))
			if err != nil {
				return err
			}
			began := time.Now()
			err = st.update(ctx, t)
			took := time.Since(began)
			events := t.events()
			if err := errors.Join(err, t.Close()); err != nil {
				return err
			}
			perFarm[i] = share(took, events)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	cpu := Figure{"processor time per farm", (st.processorTime() - before).Seconds() / lifelikeFarms, "s"}
	return append(slices.Concat(perFarm...), cpu), nil
}

// stretch is a piece of work in a farm.
type stretch struct {
	host       string
	begin, end time.Time
	folder     string // of the job, empty for statements
	wizard     bool
}

func (s stretch) length() time.Duration { return s.end.Sub(s.begin) }

// shortJob is below what a job's latency is a share of worth telling: stsadm's answers and the like.
const shortJob = 5 * time.Second

// share is what of an update's time was the work of the farm, and what came on top.
func share(took time.Duration, events []world.Event) []Figure {
	jobs, backups := jobsOf(events), backupsOf(events)
	path := criticalPath(jobs, backups)
	out := []Figure{
		{"makespan", took.Seconds(), "s"},
		{"critical path", path.Seconds(), "s"},
		{"makespan over critical path", took.Seconds() / path.Seconds(), ""},
		{"engine cost", (took - path).Seconds(), "s"},
	}
	var late []float64
	for _, j := range jobs {
		if seen, found := noticed(j, events); found && j.length() >= shortJob {
			late = append(late, 100*seen.Sub(j.end).Seconds()/j.length().Seconds())
		}
	}
	d := spreadOf(late)
	return append(out, Figure{"poll latency of a job, median", d.median, "% of the job"}, Figure{"poll latency of a job, worst", d.most, "% of the job"})
}

// jobsOf pairs what started with what exited.
func jobsOf(events []world.Event) (out []stretch) {
	open := map[string]world.Event{}
	for _, e := range events {
		key := e.Host + e.Text + e.Task
		switch {
		case e.Protocol != world.ProtocolJob:
		case e.Event == "started":
			open[key] = e
		case e.Event == "exited":
			folder := e.Task[:max(0, strings.LastIndex(e.Task, `\`))]
			out = append(out, stretch{e.Host, open[key].Time, e.Time, strings.Trim(folder, `"`), strings.Contains(strings.ToLower(e.Text), "psconfig")})
		}
	}
	return out
}

// backupsOf are the statements that back up and verify, each from its start to the next statement on the same server: the
// journal has no end of a statement, and farmhand sends the next one at once.
func backupsOf(events []world.Event) (out []stretch) {
	var open *world.Event
	for _, e := range events {
		if e.Protocol != world.ProtocolTDS || e.Event != "batch" && e.Event != "rpc" {
			continue
		}
		if open != nil && open.Host == e.Host {
			out = append(out, stretch{host: e.Host, begin: open.Time, end: e.Time})
			open = nil
		}
		if strings.HasPrefix(e.Text, "BACKUP DATABASE") || strings.HasPrefix(e.Text, "RESTORE VERIFYONLY") {
			open = &e
		}
	}
	return out
}

// criticalPath is the work that nobody could have done sooner in the article's order: the backups of the one SQL Server, the
// packages of the slowest server, and the wizards one after the other.
func criticalPath(jobs, backups []stretch) time.Duration {
	var wizards, sql time.Duration
	packages := map[string]time.Duration{}
	for _, b := range backups {
		sql += b.length()
	}
	for _, j := range jobs {
		if j.wizard {
			wizards += j.length()
			continue
		}
		packages[j.host] += j.length()
	}
	return sql + slices.Max(slices.Collect(maps.Values(packages))) + wizards
}

// noticed is when farmhand's look at a job's folder first found the exit code.
func noticed(j stretch, events []world.Event) (time.Time, bool) {
	for _, e := range events {
		if e.Host == j.host && e.Time.After(j.end) && e.Protocol == world.ProtocolWinRM && e.Exit != nil && *e.Exit == 0 &&
			j.folder != "" && strings.Contains(e.Text, j.folder) {
			return e.Time, true
		}
	}
	return time.Time{}, false
}
