package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	"farmhand/internal/farm"
	"farmhand/simulator/kerberos"
	"farmhand/simulator/traffic"
	"farmhand/simulator/world"
)

// Options say what is simulated and where it is kept.
type Options struct {
	Rollout farm.Rollout
	Release farm.Release
	Twin    Twin
	// Pace divides every duration; zero means 1. Clocks stay wall clocks.
	Pace float64
	// Journal is the file of events; empty writes none.
	Journal string
	// Dir keeps the world between starts; empty keeps it in memory.
	Dir string
	// Passwords knows the password of a credential's user, spelled as in the rollout.
	Passwords func(user string) (string, bool)
	// CADirectory gets ca.pem, the certificate that https servers and SQL Servers with encryption are
	// checked against; empty writes none. The key stays in memory, so every start writes the file anew.
	CADirectory string
	// Keytab is a file with the keys of the simulated services: HTTP/NAME of servers, MSSQLSvc/NAME:PORT of SQL Servers,
	// NAME being the server's name in the rollout or a full name that begins with it. Servers then take Kerberos tickets as
	// well as NTLM. Empty: NTLM alone. The KDC that gives tickets is not simulated.
	Keytab string
	// Logger gets what the simulator itself has to say; nil is silent.
	Logger *slog.Logger
}

// Simulator is a running simulator.
type Simulator struct {
	farms     []*twinFarm
	world     *world.World
	authority *authority
	keys      *kerberos.Keys // nil without a keytab
	logger    *slog.Logger
	addresses []string
	shared    map[string]sharedSQL // by address
	cancel    context.CancelFunc
	running   sync.WaitGroup
	closing   sync.Once
	closed    error
	winrm     traffic.Counter
	sql       traffic.Counter
}

// Start listens on every address of the rollout and serves until Close, or until ctx ends. It returns an
// error when the twin does not fit the rollout, the state cannot be read, or an address cannot be opened.
func Start(ctx context.Context, o Options) (*Simulator, error) {
	if err := o.Twin.check(o.Rollout, o.Release); err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	ca, err := newAuthority(o.CADirectory)
	if err != nil {
		return nil, err
	}
	var keys *kerberos.Keys
	if o.Keytab != "" {
		if keys, err = kerberos.LoadKeys(o.Keytab); err != nil {
			return nil, err
		}
	}
	w, _, err := world.Open(world.Options{Dir: o.Dir, Journal: o.Journal, Pace: o.Pace, Holds: o.Twin.Holds, Faults: o.Twin.Faults})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Simulator{world: w, authority: ca, keys: keys, logger: o.Logger, cancel: cancel, shared: map[string]sharedSQL{}}
	twins := map[string]*twinFarm{}
	for _, f := range o.Rollout.Farms {
		t, err := s.newFarm(o, f)
		if err == nil {
			err = t.seed()
		}
		if err == nil {
			err = t.listen()
		}
		twins[t.scope] = t
		if err != nil {
			for _, t := range twins {
				t.closeListeners()
			}
			cancel()
			return nil, errors.Join(fmt.Errorf("simulated farm %s: %w", f.Name, err), w.Close())
		}
	}
	last := int64(0) // what a former simulator told its farms
	if events, _ := w.Events(0); len(events) > 0 {
		last = events[len(events)-1].Seq
	}
	for _, t := range twins {
		s.farms = append(s.farms, t)
		s.addresses = append(s.addresses, t.addresses()...)
		t.run(ctx, s)
	}
	slices.Sort(s.addresses)
	s.running.Go(func() { s.tell(ctx, twins, last) })
	context.AfterFunc(ctx, func() { _ = s.Close() }) // Close keeps its error for whoever calls it
	go func() {                                      // a world that cannot be written any more takes its servers with it
		<-w.Done()
		_ = s.Close()
	}()
	return s, nil
}

// World is the simulated world, for tests and tools.
func (s *Simulator) World() *world.World { return s.world }

// Done is closed when the simulator serves no more: it was closed, or its files cannot be written (Close then says why).
func (s *Simulator) Done() <-chan struct{} { return s.world.Done() }

// Addresses are all the addresses served, as host:port, sorted.
func (s *Simulator) Addresses() []string { return slices.Clone(s.addresses) }

// Traffic is what every server has carried so far over WinRM, and every SQL Server over TDS.
func (s *Simulator) Traffic() (winrm, sql traffic.Count) { return s.winrm.Count(), s.sql.Count() }

// CAFile is the certificate that TLS clients need, empty when Options.CADirectory was.
func (s *Simulator) CAFile() string { return s.authority.file }

// Close suspends the world, as killing the process does: connections drop, and what was under way keeps its
// remaining duration until the next Start with the same Dir.
func (s *Simulator) Close() error {
	s.closing.Do(func() {
		s.closed = s.world.Close() // first: whatever ends now ends without a trace
		s.cancel()
		s.running.Wait()
		for _, t := range s.farms {
			t.closeListeners() // of servers that ended before they began to serve
		}
		s.closed = errors.Join(s.world.Failure(), s.closed)
	})
	return s.closed
}

// tell passes each event after the last one to its farm.
func (s *Simulator) tell(ctx context.Context, twins map[string]*twinFarm, last int64) {
	for {
		events, more := s.world.Events(last)
		for _, e := range events {
			last = e.Seq
			if t, ok := twins[e.Farm]; ok {
				t.farm.Observe(e)
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			return
		}
	}
}

// serve runs one part of the simulator and says so when it fails by itself.
func (s *Simulator) serve(ctx context.Context, name string, run func(context.Context) error) {
	s.running.Go(func() {
		if err := run(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, world.ErrClosed) {
			s.logger.Error("a part of the simulator ended", "part", name, "error", err)
		}
	})
}
