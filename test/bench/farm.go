package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"farmhand/workflows"
)

// noLength is a pace at which Windows' work takes no time worth mentioning.
const noLength = 1e6

// farmMeasure updates the farm of the documentation's example, fresh each time, in three ways.
type farmMeasure struct {
	site  *site
	stack *stack
}

func openFarm(ctx context.Context, o options) (measure, func(), error) {
	s, err := newSite(ctx)
	if err != nil {
		return measure{}, nil, err
	}
	st, err := startStack(ctx, s, o.bin)
	f := &farmMeasure{s, st}
	if err != nil {
		f.close()
		return measure{}, nil, err
	}
	m := measure{
		name: "farm", title: "A farm of four servers, Windows work of no length",
		contestants: []contestant{
			{"farmhand", f.durable},
			{"plain Go", f.timed(f.plain)},
			{"Ansible", f.timed(f.playbook)},
		},
		comparisons: []comparison{
			{"wall", "Ansible", "farmhand", "Ansible takes %s times as long as farmhand"},
			{"wall", "Ansible", "plain Go", "Ansible takes %s times as long as the plain program, which takes the same steps"},
			{"processor time", "Ansible", "farmhand", "Ansible uses %s times the processor time of farmhand and its Temporal server"},
			{"wall", "farmhand", "plain Go", "farmhand takes %s times as long as the plain program"},
			{"commands", "farmhand", "Ansible", "farmhand runs %s times the commands of Ansible"},
			{"a command", "Ansible", "farmhand", "a command costs Ansible %s times what it costs farmhand"},
		},
	}
	return m, f.close, nil
}

func (f *farmMeasure) close() {
	if f.stack != nil {
		f.stack.close()
	}
	f.site.close()
}

// durable is farmhand's own way, and where its time went.
func (f *farmMeasure) durable(ctx context.Context) ([]Figure, error) {
	var rollout string
	figures, err := f.timed(func(ctx context.Context, t *twin) (time.Duration, error) {
		rollout = workflows.RolloutID(t.rollout.ID)
		before := f.stack.processorTime()
		err := f.stack.update(ctx, t)
		return f.stack.processorTime() - before, err
	})(ctx)
	if err != nil {
		return nil, err
	}
	where, err := timeline(ctx, f.stack.client, rollout)
	return append(figures, where...), err
}

// timed makes a contestant of a way to update a fresh farm.
func (f *farmMeasure) timed(update func(context.Context, *twin) (processor time.Duration, err error)) func(context.Context) ([]Figure, error) {
	return func(ctx context.Context) ([]Figure, error) {
		t, err := f.site.start(ctx, noLength)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		cpu, err := update(ctx, t)
		took := time.Since(began).Seconds()
		w := t.work()
		if err == nil {
			err = t.finished()
		}
		if err := errors.Join(err, t.Close()); err != nil {
			return nil, err
		}
		asked := w.commands + w.statements
		return []Figure{
			{"wall", took, "s"},
			{"processor time", cpu.Seconds(), "s"},
			{"commands", float64(w.commands), ""},
			{"SQL statements", float64(w.statements), ""},
			{"a command", 1000 * took / float64(asked), "ms"},
			{"posts", float64(w.winrm.Requests), ""},
			{"posts per command", float64(w.winrm.Requests) / float64(w.commands), ""},
			{"connections", float64(w.winrm.Connections), ""},
			{"bytes over WinRM", float64(w.winrm.Received+w.winrm.Sent) / 1e6, "MB"},
			{"bytes over TDS", float64(w.sql.Received+w.sql.Sent) / 1e6, "MB"},
		}, nil
	}
}

// plain runs the plain program as a process of its own, as the playbook is.
func (f *farmMeasure) plain(ctx context.Context, t *twin) (time.Duration, error) {
	me, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, me, "plain", t.file, t.CAFile())
	cmd.Env = append(os.Environ(), passwordVariable+"="+f.site.password)
	said, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, said)
	}
	return processorTime(cmd), nil
}
