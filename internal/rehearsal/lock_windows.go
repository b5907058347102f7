package rehearsal

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockByte lies behind the text of the file, since a locked byte cannot be read.
const lockByte = 1 << 20

// tryLock takes the lock if it is free.
func tryLock(f *os.File) (bool, error) {
	at := &windows.Overlapped{Offset: lockByte}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// unlock frees the lock.
func unlock(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &windows.Overlapped{Offset: lockByte})
}
