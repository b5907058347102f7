package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"farmhand/internal/engine"
	"farmhand/internal/rehearsal"
	"farmhand/internal/view"
)

// The values of --approve.
const (
	approveAll  = "all"  // gates are answered by themselves, each by people who may
	approveNone = "none" // another terminal decides
	approveAsk  = "ask"  // this terminal decides
)

const (
	// pacePeople and paceScripts divide the durations of a rehearsal: hours become minutes where people watch.
	pacePeople, paceScripts = 60, 600
	// serverPatience bounds the start of the Temporal server, the creation of its database included.
	serverPatience = 3 * time.Minute
)

// rehearsing are the flags of `starter rehearse`.
type rehearsing struct {
	file, approve, twin, journal string
	pace                         float64
	keep, ignoreWindows          bool
	attached                     bool
	bundle                       string
}

// newRehearse is `starter rehearse`: a whole rollout, with the same code and over the same wire protocols, against
// simulated farms.
func newRehearse(a *app) *cobra.Command {
	var o rehearsing
	cmd := &cobra.Command{
		Use: "rehearse", Short: "Run a whole rollout against simulated farms, with real processes and wire protocols", Args: cobra.NoArgs,
		Long: `Run a whole rollout against simulated farms.

A Temporal server, the simulated farms and the workers run as processes of their own, on loopback addresses; passwords
are throw-away. The farms are those of -f with other addresses, or those of the example in the documentation.

Gates are answered as --approve says: all (by themselves, each by people who may), none (another terminal decides; the
commands are printed), ask (here). An intervention is never answered by itself: without a terminal the command prints it
and ends with exit code 3.

With --attached nothing is started: Temporal (TEMPORAL_ADDRESS), the simulated farms of -f and their workers run already, and
the rollout is only started and seen through. Every server of the file has to be on a loopback address, as simulated ones are.

With --state everything is kept in that directory: killed at any moment, the same command goes on; after the end it
prints the result again. Exit codes are those of status. With -o json the last line on standard output is the result.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.rehearse(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVarP(&o.file, "file", "f", "", "rollout `file` (default: the example, or what --state has rehearsed)")
	f.StringVar(&o.approve, "approve", "", "all, none or ask (default: ask on a terminal, all elsewhere)")
	f.Float64Var(&o.pace, "pace", 0, fmt.Sprintf("divide every duration of the simulated farms by this (default: %d on a terminal, %d elsewhere)", pacePeople, paceScripts))
	f.StringVar(&o.twin, "twin", "", "twin `file`: what is unusual about the farms, and what goes wrong in them")
	f.StringVar(&o.journal, "journal", "", "`file` that gets what really happened in the simulated farms, one JSON object a line")
	f.BoolVar(&o.ignoreWindows, "ignore-windows", false, "rehearse now, whatever the file's windows and freezes say")
	f.StringVar(&o.bundle, "bundle", "", "new `directory` that gets the signed evidence when the rollout has ended")
	f.BoolVar(&o.attached, "attached", false, "start no processes: use the Temporal server, simulator and workers that run already")
	f.BoolVar(&o.keep, "keep", false, "keep the state directory after a good end, too")
	return cmd
}

func (a *app) rehearse(ctx context.Context, o rehearsing) error {
	if err := a.completeFlags(&o); err != nil {
		return err
	}
	f, err := a.rehearsed(o)
	if err != nil {
		return err
	}
	if o.attached {
		return a.rehearseAttached(ctx, f, o)
	}
	options, err := a.rehearsalOptions(f, o)
	if err != nil {
		return err
	}
	dir, temporary := a.state, a.state == ""
	if temporary {
		if dir, err = os.MkdirTemp("", "farmhand-rehearsal-"); err != nil {
			return err
		}
	}
	options.Dir = dir
	snap, err := a.rehearseIn(ctx, options, o)
	done := err == nil && snap.code() == exitDone
	switch {
	case done && temporary && !o.keep:
		if err := os.RemoveAll(dir); err != nil {
			a.say("the state directory could not be removed: %v", err)
		}
	case done:
		a.say("everything is kept in %s", dir)
	default:
		a.say("everything is kept in %[1]s; the same command with --state %[1]s goes on from here", dir)
	}
	if ctx.Err() != nil {
		return exit(exitRunning)
	}
	if err != nil {
		return err
	}
	return exit(snap.code())
}

// rehearseIn runs the processes around the rollout, and ends them when it has ended or cannot go on.
func (a *app) rehearseIn(ctx context.Context, options rehearsal.Options, o rehearsing) (snapshot, error) {
	r, err := rehearsal.Open(ctx, options)
	if err != nil {
		return snapshot{}, err
	}
	defer r.Close()
	running, stop := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		stop(r.Run(running))
	}()
	defer func() {
		stop(nil)
		<-ended
	}()
	return a.perform(running, r, o)
}

// perform connects to the rehearsal's own Temporal server and sees the rollout through.
func (a *app) perform(ctx context.Context, r *rehearsal.Rehearsal, flags rehearsing) (snapshot, error) {
	in := file{rollout: r.Input().Rollout, release: r.Input().Release}
	o, err := engine.At(r.Address(), a.telemetry)
	if err != nil {
		return snapshot{}, err
	}
	d, err := a.deskAt(ctx, o, r.UI(), serverPatience)
	if err != nil {
		return snapshot{}, firstCause(ctx, err)
	}
	defer d.close()
	return a.seeThrough(ctx, d, in, r.Address(), flags)
}

// seeThrough starts the rollout or finds it, answers as --approve says, and returns the last look.
func (a *app) seeThrough(ctx context.Context, d *desk, in file, address string, flags rehearsing) (snapshot, error) {
	b, err := a.begin(ctx, d, in, cmp.Or(a.as, first(in.rollout.Operators), a.who()))
	if err != nil {
		return snapshot{}, firstCause(ctx, err)
	}
	a.announce(b)
	show := a.live(a.err)
	defer show.leave()
	p := &prompter{app: a, desk: d, show: show, approve: flags.approve, pace: flags.pace, address: address, seen: map[string]bool{}}
	watch := follower{desk: d, subject: subject{name: b.Rollout, rollout: true}, now: a.now, patient: true, trouble: p.trouble}
	snap, err := watch.follow(ctx, func(s snapshot) (bool, error) { return p.see(ctx, s) })
	show.leave()
	if err != nil {
		return snap, firstCause(ctx, err)
	}
	if a.json() { // the result tells of every farm, and looks at a large rollout ask only some
		watch.subject.whole = true
		if snap, err = watch.follow(ctx, func(snapshot) (bool, error) { return true, nil }); err != nil {
			return snap, firstCause(ctx, err)
		}
	}
	if flags.bundle != "" && snap.over() {
		if err := p.bundle(ctx, in.rollout.ID, flags.bundle); err != nil {
			return snap, firstCause(ctx, err)
		}
	}
	return snap, a.result(snap)
}

// result prints what became of the rollout, or where it stands.
func (a *app) result(snap snapshot) error {
	if a.json() {
		return a.printJSON(view.ResultOf(snap.rollout, snap.farms))
	}
	return a.print(snap.screen(a.now()))
}

// firstCause is why the processes ended, where that is why the error happened.
func firstCause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// completeFlags fills in and checks what the flags left out.
func (a *app) completeFlags(o *rehearsing) error {
	if o.approve == "" {
		o.approve = approveAll
		if a.keyboard() {
			o.approve = approveAsk
		}
	}
	switch {
	case !slices.Contains([]string{approveAll, approveNone, approveAsk}, o.approve):
		return fmt.Errorf("--approve %q is none of all, none, ask", o.approve)
	case o.approve == approveAsk && !a.keyboard():
		return errors.New("--approve ask needs a terminal: use all or none")
	case o.attached && (o.file == "" || a.state != "" || o.twin != "" || o.journal != ""):
		return errors.New("--attached needs -f, and what belongs to the processes (--state, --twin, --journal) is said where they are started")
	case o.pace < 0:
		return fmt.Errorf("--pace %v is below zero", o.pace)
	case o.pace == 0 && a.terminal():
		o.pace = pacePeople
	case o.pace == 0:
		o.pace = paceScripts
	}
	return nil
}

// rehearsed is what is rehearsed: the file, else what the state directory holds, else the example.
func (a *app) rehearsed(o rehearsing) (file, error) {
	f, err := a.rehearsedFile(o)
	if o.ignoreWindows {
		f.rollout = f.rollout.WithoutWindows()
	}
	return f, err
}

func (a *app) rehearsedFile(o rehearsing) (file, error) {
	if o.file != "" {
		return load(o.file)
	}
	if a.state != "" {
		in, err := rehearsal.ReadInput(rehearsal.InputFile(a.state))
		if err == nil || !errors.Is(err, os.ErrNotExist) {
			return file{rollout: in.Rollout, release: in.Release}, err
		}
	}
	return example()
}

// rehearsalOptions says what runs, with the programs beside this one, but not where.
func (a *app) rehearsalOptions(f file, o rehearsing) (rehearsal.Options, error) {
	me, err := os.Executable()
	if err != nil {
		return rehearsal.Options{}, err
	}
	beside := func(name string) string { return filepath.Join(filepath.Dir(me), name+filepath.Ext(me)) }
	options := rehearsal.Options{
		Rollout: f.rollout, Release: f.release, Pace: o.pace, Settings: a.settings,
		Starter: me, Worker: beside("worker"), Devserver: cmp.Or(os.Getenv("FARMHAND_DEVSERVER"), beside("devserver")),
	}
	for _, p := range []string{options.Worker, options.Devserver} {
		if _, err := os.Stat(p); err != nil {
			return options, fmt.Errorf("%w: run make build", err)
		}
	}
	for _, p := range []struct{ from, to *string }{{&o.twin, &options.Twin}, {&o.journal, &options.Journal}} {
		if *p.from == "" {
			continue
		}
		if *p.to, err = filepath.Abs(*p.from); err != nil {
			return options, err
		}
	}
	return options, nil
}

// makeDir makes a directory that only its owner may enter.
func makeDir(path string) error { return os.MkdirAll(path, 0o700) }
