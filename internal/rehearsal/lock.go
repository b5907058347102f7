package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// ErrLocked says that another process holds a lock.
var ErrLocked = errors.New("locked by another process")

// lockPoll is the pause between two looks at a lock.
const lockPoll = 50 * time.Millisecond

// Lock is a lock file. The operating system lets go of it when the process dies, however it dies.
type Lock struct{ file *os.File }

// Acquire takes the lock, waiting no longer than patience for whoever holds it. The error is ErrLocked with the holder's
// process id where it is known, or that of the file.
func Acquire(ctx context.Context, path string, patience time.Duration) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		taken, err := tryLock(f)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
		}
		if taken {
			break
		}
		select {
		case <-time.After(lockPoll):
		case <-ctx.Done():
			holder, _ := io.ReadAll(io.LimitReader(f, 20)) // for the message alone
			_ = f.Close()
			return nil, fmt.Errorf("%w: %s (process %s)", ErrLocked, path, strings.TrimSpace(string(holder)))
		}
	}
	// The holder's id is for people; the lock does not depend on it.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	return &Lock{file: f}, nil
}

// Release lets go of the lock, whoever else has the file open: a process that is being forked has, for a moment.
func (l *Lock) Release() {
	_ = unlock(l.file)
	_ = l.file.Close()
}

// leave closes the file and leaves the lock to the processes that inherited it.
func (l *Lock) leave() { _ = l.file.Close() }
