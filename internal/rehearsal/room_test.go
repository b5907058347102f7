package rehearsal

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answering is a disk that answers one number after the other, and then the last one for ever.
func answering(megabytes ...uint64) room {
	r := usualRoom
	r.every = time.Millisecond
	r.free = func(string) (uint64, error) {
		n := megabytes[0]
		if len(megabytes) > 1 {
			megabytes = megabytes[1:]
		}
		return n << 20, nil
	}
	return r
}

func TestADiskWithoutRoom(t *testing.T) {
	t.Parallel()
	require.NoError(t, answering(64).begin("/d"))
	err := answering(63).begin("/d")
	require.ErrorIs(t, err, ErrNoRoom)
	require.ErrorContains(t, err, "/d has 63 MB left, a rehearsal wants 64 MB to begin and 16 MB to go on; nothing is lost")

	require.ErrorIs(t, answering(100, 63, 16, 15).watch(t.Context(), "/d"), ErrNoRoom)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, answering(100).watch(ended, "/d"))

	silent := answering(0)
	silent.free = func(string) (uint64, error) { return 0, errors.New("not implemented") }
	require.NoError(t, silent.begin("/d"), "a disk that does not tell stops nobody")
}

func TestFreeBytes(t *testing.T) {
	t.Parallel()
	free, err := freeBytes(t.TempDir())
	require.NoError(t, err)
	require.Positive(t, free)
	_, err = freeBytes("/no/such/directory")
	require.Error(t, err)
}
