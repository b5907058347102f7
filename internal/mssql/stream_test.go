package mssql

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/tds"
)

var request = BackupRequest{Database: "PWA_Published", File: `E:\Backup\PWA_Published.bak`, CopyOnly: true}

func TestBackupReportsLive(t *testing.T) {
	heard := make(chan int)
	b := &script{execute: func(ctx context.Context, _ string, w *tds.Writer) error {
		for n := 5; n <= 100; n += 5 {
			w.Info(3211, 10, fmt.Sprintf("%d percent processed.", n))
			select { // the server goes on only when the client has heard the last message
			case got := <-heard:
				if got != n {
					return fmt.Errorf("heard %d after %d", got, n)
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		w.Info(4035, 0, "Processed 184 pages for database 'PWA_Published', file 'PWA_Published' on file 1.")
		w.Info(3014, 0, "BACKUP DATABASE successfully processed 185 pages in 0.342 seconds (4.410 MB/sec).")
		w.DoneQuiet()
		return nil
	}}
	s := open(t, serve(t, tds.Options{}, b))
	result, err := s.Backup(t.Context(), request, func(p int) { heard <- p })
	require.NoError(t, err)
	require.Equal(t, "PWA_Published", result.Database)
	require.Equal(t, request.File, result.File)
	require.Contains(t, result.Summary, "successfully processed")
	statement, err := request.statement()
	require.NoError(t, err)
	require.Equal(t, []string{statement}, b.saw("batch"))
}

func TestBackupFails(t *testing.T) {
	b := &script{execute: func(_ context.Context, _ string, w *tds.Writer) error {
		w.Info(3211, 10, "5 percent processed.")
		w.Error(&tds.Error{Number: 3202, Class: 16, Message: `Write on "E:\Backup\PWA_Published.bak" failed: 112(There is not enough space on the disk.)`})
		return &tds.Error{Number: 3013, Class: 16, Message: "BACKUP DATABASE is terminating abnormally."}
	}}
	_, err := open(t, serve(t, tds.Options{}, b)).Backup(t.Context(), request, nil)
	e := requireKind(t, KindDiskFull, err)
	require.EqualValues(t, 3202, e.Number)
	require.Contains(t, err.Error(), "back up PWA_Published")
}

func TestSilenceIsNoSuccess(t *testing.T) {
	s := open(t, serve(t, tds.Options{}, &script{execute: quiet}))
	_, err := s.Backup(t.Context(), request, nil)
	requireKind(t, KindBackupFailed, err)
	requireKind(t, KindVerifyFailed, s.Verify(t.Context(), one(request.File)))
}

func TestVerify(t *testing.T) {
	b := &script{execute: func(_ context.Context, _ string, w *tds.Writer) error {
		w.Info(3262, 10, "The backup set on file 1 is valid.")
		return nil
	}}
	require.NoError(t, open(t, serve(t, tds.Options{}, b)).Verify(t.Context(), one(request.File)))

	b = &script{execute: func(_ context.Context, _ string, w *tds.Writer) error {
		w.Error(&tds.Error{Number: 3241, Class: 16, Message: "The media family on device is incorrectly formed."})
		return &tds.Error{Number: 3013, Class: 16, Message: "VERIFY DATABASE is terminating abnormally."}
	}}
	requireKind(t, KindVerifyFailed, open(t, serve(t, tds.Options{}, b)).Verify(t.Context(), one(request.File)))
}

// A connection that breaks before the first message leaves the driver's queue silent for ever; the call must end all the
// same, and must not send the statement twice.
func TestBackupEndsWithItsConnection(t *testing.T) {
	for name, kind := range map[string]tds.FaultKind{"before it ran": tds.Reset, "after it ran": tds.ResetAfter} {
		t.Run(name, func(t *testing.T) {
			ran := make(chan struct{}, 8)
			b := &script{execute: func(context.Context, string, *tds.Writer) error {
				ran <- struct{}{}
				return nil
			}}
			place := serve(t, tds.Options{Fault: func(o tds.Operation) *tds.Fault {
				if o.Kind == "batch" {
					return &tds.Fault{Kind: kind}
				}
				return nil
			}}, b)
			_, err := open(t, place).Backup(t.Context(), request, nil)
			requireKind(t, KindUnreachable, err)
			require.LessOrEqual(t, len(ran), 1)
		})
	}
}

func TestBackupEndsWhenTheServerDiesHalfWay(t *testing.T) {
	b := &script{execute: func(_ context.Context, _ string, w *tds.Writer) error {
		w.Info(3211, 10, "5 percent processed.")
		return fmt.Errorf("power loss") // any other error closes the connection
	}}
	seen := 0
	_, err := open(t, serve(t, tds.Options{}, b)).Backup(t.Context(), request, func(p int) { seen = p })
	requireKind(t, KindUnreachable, err)
	require.Equal(t, 5, seen)
}

func TestCancelStopsTheBackupOnTheServer(t *testing.T) {
	stopped := make(chan struct{})
	b := &script{execute: func(ctx context.Context, batch string, w *tds.Writer) error {
		if batch == "PRINT 'hello'" {
			return nil
		}
		w.Info(3211, 10, "5 percent processed.")
		<-ctx.Done()
		close(stopped)
		return ctx.Err()
	}}
	s := open(t, serve(t, tds.Options{}, b))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Backup(ctx, request, func(int) { cancel() })
	requireKind(t, KindCancelled, err)
	require.ErrorIs(t, err, context.Canceled)
	<-stopped
	require.NoError(t, ping(t.Context(), s), "the server can be used again")
}

// A server that freezes in the middle of a statement: the driver waits five seconds for its consent to the cancellation,
// and what it then leaves behind must not be used again.
func TestCancelWhenTheServerIsFrozen(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *Server) error{
		"a statement that is followed": func(ctx context.Context, s *Server) error { return s.Verify(ctx, one(request.File)) },
		"a query":                      func(ctx context.Context, s *Server) error { _, err := s.FreeSpace(ctx); return err },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			frozen := make(chan struct{}, 1)
			place := serve(t, tds.Options{Fault: func(o tds.Operation) *tds.Fault {
				if o.Kind == "batch" && o.Text != "PRINT 'hello'" {
					frozen <- struct{}{}
					return &tds.Fault{Kind: tds.Freeze}
				}
				return nil
			}}, &script{execute: quiet})
			s := open(t, place)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-frozen
				cancel()
			}()
			err := call(ctx, s)
			requireKind(t, KindCancelled, err)
			require.ErrorIs(t, err, context.Canceled)
			require.NoError(t, ping(t.Context(), s))
		})
	}
}
