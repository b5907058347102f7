package sqlserver

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"farmhand/simulator/tds"
)

// Return codes of sp_getapplock (Books Online): below zero the lock was not granted.
const (
	lockGranted      = 0
	lockAfterWaiting = 1
	lockTimedOut     = -1
	lockCancelled    = -2
	lockMisuse       = -999
)

// lockModes are the modes of an application lock, each with those that other sessions may hold at the same time.
var lockModes = map[string][]string{
	"intentshared":    {"intentshared", "intentexclusive", "shared", "update"},
	"intentexclusive": {"intentshared", "intentexclusive"},
	"shared":          {"intentshared", "shared", "update"},
	"update":          {"intentshared", "shared"},
	"exclusive":       {},
}

// resource is what an application lock is on: a name within a database, compared letter by letter.
type resource struct{ database, name string }

// grant is an application lock that a session holds, once for each time it was granted.
type grant struct {
	session *tds.Session
	mode    string
}

// applicationLocks are the locks of sp_getapplock that belong to sessions. They are of the service alone, not of the
// world: it forgets them when it ends, as in life. The zero value is ready; Instance.mu guards it.
type applicationLocks struct {
	held    map[resource][]grant
	waiting map[*tds.Session]operation // as sys.dm_exec_requests shows it; a session runs one request at a time
	change  chan struct{}              // closed and replaced when a lock becomes free
}

// free says whether nobody else holds the resource in a way that excludes a mode.
func (l *applicationLocks) free(s *tds.Session, on resource, mode string) bool {
	return !slices.ContainsFunc(l.held[on], func(g grant) bool {
		return g.session != s && !slices.Contains(lockModes[mode], g.mode)
	})
}

func (l *applicationLocks) take(s *tds.Session, on resource, mode string) {
	if l.held == nil {
		l.held = map[resource][]grant{}
	}
	l.held[on] = append(l.held[on], grant{s, mode})
}

// drop takes grants away and wakes those who wait.
func (l *applicationLocks) drop(on resource, gone func(grant) bool) {
	left := slices.DeleteFunc(l.held[on], gone)
	if l.held[on] = left; len(left) == 0 {
		delete(l.held, on)
	}
	if l.change != nil {
		close(l.change)
		l.change = nil
	}
}

// changed is closed when a lock becomes free.
func (l *applicationLocks) changed() <-chan struct{} {
	if l.change == nil {
		l.change = make(chan struct{})
	}
	return l.change
}

// suspend has a session listed among the requests that wait.
func (l *applicationLocks) suspend(s *tds.Session) {
	if l.waiting == nil {
		l.waiting = map[*tds.Session]operation{}
	}
	if _, known := l.waiting[s]; !known {
		l.waiting[s] = operation{session: s.ID, command: "EXECUTE", start: time.Now().UTC()}
	}
}

// resume: a session waits no longer.
func (i *Instance) resume(s *tds.Session) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.locks.waiting, s)
}

// Forget implements tds.Backend: what belongs to a session ends with it.
func (i *Instance) Forget(s *tds.Session) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for on := range i.locks.held {
		i.locks.drop(on, func(g grant) bool { return g.session == s })
	}
}

// getAppLock is sp_getapplock @Resource, @LockMode, @LockOwner, @LockTimeout, @DbPrincipal. The twin has no transactions,
// so the owner has to be the session.
func (r *run) getAppLock(ctx context.Context, database string, args []any) (int32, error) {
	on, mode := resource{strings.ToLower(database), textOf(args[0])}, strings.ToLower(textOf(args[1]))
	if _, ok := lockModes[mode]; !ok || args[0] == nil || on.name == "" {
		return lockMisuse, nil
	}
	if !strings.EqualFold(textOf(args[2]), "Session") {
		r.w.Error(sqlError(3998, 16, 1, "You attempted to acquire a transactional application lock without an active transaction."))
		return lockMisuse, nil
	}
	timeout := int64(-1)
	if args[3] != nil {
		var err error
		if timeout, err = integerOf(args[3]); err != nil {
			return lockMisuse, err
		}
	}
	return r.instance.lock(ctx, r.session, on, mode, timeout), nil
}

// lock waits for an application lock: at most so many milliseconds in life, for ever below zero.
func (i *Instance) lock(ctx context.Context, s *tds.Session, on resource, mode string, timeout int64) int32 {
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer i.resume(s)
	timed := false
	for code := int32(lockGranted); ; code = lockAfterWaiting {
		i.mu.Lock()
		if i.locks.free(s, on, mode) {
			i.locks.take(s, on, mode)
			i.mu.Unlock()
			return code
		}
		changed := i.locks.changed()
		i.locks.suspend(s)
		i.mu.Unlock()
		if timeout == 0 {
			return lockTimedOut
		}
		if timeout > 0 && !timed {
			timed = true
			end := i.world.Stretch(1).After(time.Duration(timeout) * time.Millisecond)
			go func() {
				if i.world.WaitUntil(waiting, end) == nil {
					cancel(errLockTimeout)
				}
			}()
		}
		select {
		case <-changed:
		case <-waiting.Done():
			if errors.Is(context.Cause(waiting), errLockTimeout) {
				return lockTimedOut
			}
			return lockCancelled
		case <-i.world.Done():
			return lockCancelled
		}
	}
}

var errLockTimeout = errors.New("the time for a lock is over")

// releaseAppLock is sp_releaseapplock @Resource, @LockOwner, @DbPrincipal: it gives back one grant.
func (r *run) releaseAppLock(_ context.Context, database string, args []any) (int32, error) {
	on := resource{strings.ToLower(database), textOf(args[0])}
	i := r.instance
	i.mu.Lock()
	defer i.mu.Unlock()
	mine := slices.IndexFunc(i.locks.held[on], func(g grant) bool { return g.session == r.session })
	if mine < 0 {
		r.w.Error(sqlError(1223, 16, 1, "Cannot release the application lock (Database Principal: 'public', Resource: '%s') because it is not currently held.", on.name))
		return lockMisuse, nil
	}
	once := false
	i.locks.drop(on, func(g grant) bool {
		first := g.session == r.session && !once
		once = once || first
		return first
	})
	return lockGranted, nil
}
