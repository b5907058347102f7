package mssql

import (
	"context"
	"errors"
	"fmt"
	"testing"

	driver "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/internal/secrets"
)

func TestOSError(t *testing.T) {
	for message, want := range map[string]int{
		`Cannot open backup device 'E:\Backup\x.bak'. Operating system error 5(Access is denied.).`:                                     5,
		`Cannot open backup device 'E:\Backup 12(old)\x.bak'. Operating system error 3(The system cannot find the path specified.).`:    3,
		`Write on "E:\Backup\x.bak" failed: 112(There is not enough space on the disk.)`:                                                112,
		`Betriebssystemfehler 112(Es steht nicht genug Speicherplatz auf dem Datenträger zur Verfügung.)`:                               112,
		`Operating system error 112(failed to retrieve text for this error. Reason: 15105).`:                                            112,
		`Sicherungsmedium 'E:\x.bak' kann nicht geöffnet werden. Betriebssystemfehler 5(Zugriff verweigert).`:                           5,
		`Le support de sauvegarde 'E:\x.bak' ne peut pas être ouvert. Erreur du système d'exploitation 32(failed to retrieve text...).`: 32,
	} {
		n, ok := osError(message)
		require.True(t, ok, message)
		require.Equal(t, want, n, message)
	}
	_, ok := osError("The media family on device 'E:\\x(1).bak' is incorrectly formed.")
	require.False(t, ok)
}

func FuzzOSError(f *testing.F) {
	f.Add(`Operating system error 5(Access is denied.).`)
	f.Fuzz(func(t *testing.T, message string) {
		if n, ok := osError(message); ok {
			require.GreaterOrEqual(t, n, 0)
			require.Less(t, n, 100000)
		}
	})
}

func TestFailJudgesByTheFirstCause(t *testing.T) {
	end := driver.Error{Number: 3013, Class: 16, Message: "BACKUP DATABASE is terminating abnormally."}
	backup := operation{doing: "back up X", failure: KindBackupFailed}
	for name, tt := range map[string]struct {
		op        operation
		number    int32
		message   string
		want      Kind
		retryable bool
	}{
		"disk full":      {backup, 3202, `Write on "E:\x.bak" failed: 112(There is not enough space on the disk.)`, KindDiskFull, false},
		"no folder":      {backup, 3201, `Cannot open backup device 'E:\b\x.bak'. Operating system error 3(The system cannot find the path specified.).`, KindNotFound, false},
		"no right":       {backup, 3201, `Cannot open backup device 'E:\b\x.bak'. Operating system error 5(Access is denied.).`, KindDenied, false},
		"unknown os":     {backup, 3202, `Write on "E:\x.bak" failed: 1117(The request could not be performed.)`, KindBackupFailed, false},
		"no database":    {backup, 911, "Database 'X' does not exist.", KindNotFound, false},
		"another backup": {backup, 3023, "Backup and file manipulation operations must be serialized.", KindBackupFailed, false},
		"unknown number": {backup, 3999, "Something.", KindBackupFailed, false},
		"damaged file":   {operation{failure: KindVerifyFailed}, 3241, "The media family on device is incorrectly formed.", KindVerifyFailed, false},
		"deadlock":       {operation{}, 1205, "Transaction was deadlocked.", KindDeadlock, true},
		"paused":         {operation{}, 17142, "SQL Server service has been paused.", KindUnreachable, true},
		"login":          {operation{}, 18456, "Login failed for user 'x'.", KindAuth, false},
		"offline":        {operation{}, 942, "Database 'X' cannot be opened because it is offline.", KindFailed, false},
		"offline backup": {backup, 942, "Database 'X' cannot be opened because it is offline.", KindBackupFailed, false},
		"other":          {operation{}, 102, "Incorrect syntax.", KindFailed, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Server{name: "SQL01"}
			cause := driver.Error{Number: tt.number, Class: 16, Message: tt.message}
			joined := end
			joined.All = []driver.Error{cause, end}
			var e *Error
			require.ErrorAs(t, s.fail(t.Context(), tt.op, joined), &e)
			require.Equal(t, tt.want, e.Kind)
			require.Equal(t, tt.number, e.Number)
			require.Equal(t, tt.retryable, e.Retryable())
			require.Contains(t, e.Error(), "SQL01")
			require.Contains(t, e.Error(), fmt.Sprint(tt.number))
		})
	}
}

func TestFailKeepsTheContextsCause(t *testing.T) {
	s := &Server{name: "SQL01"}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.fail(ctx, operation{doing: "wait"}, errors.New("noise of a closed connection"))
	require.ErrorIs(t, err, context.Canceled)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, KindCancelled, e.Kind)
	require.NotContains(t, err.Error(), "noise")
}

func TestFailScrubsThePassword(t *testing.T) {
	s := &Server{name: "SQL01", password: secrets.New("Pa55-phrase")}
	err := s.fail(t.Context(), operation{doing: "log in"}, errors.New("server repeats Pa55-phrase"))
	require.NotContains(t, err.Error(), "Pa55-phrase")
	require.Contains(t, err.Error(), secrets.Redacted)
}
