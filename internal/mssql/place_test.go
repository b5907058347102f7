package mssql

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// place takes one of so many places, which must be free.
func place(t *testing.T, s *Server, places int) *Placed {
	t.Helper()
	p, ok, err := s.TakePlace(t.Context(), places)
	require.NoError(t, err)
	require.True(t, ok)
	return p
}

func requireNoPlace(t *testing.T, s *Server, places int) {
	t.Helper()
	_, ok, err := s.TakePlace(t.Context(), places)
	require.NoError(t, err)
	require.False(t, ok)
}

func TestPlacesForBackups(t *testing.T) {
	s, _ := twin(t)
	first, second := place(t, s, 2), place(t, s, 2)
	require.NotEqual(t, first.lock, second.lock)
	requireNoPlace(t, s, 2)
	requireNoPlace(t, s, 1)

	t.Run("what is asked of it runs on its own session", func(t *testing.T) {
		one, err := first.Identify(t.Context())
		require.NoError(t, err)
		require.Equal(t, "SQL01", one.Name)
		spid := func(s *Server) string {
			rows, err := s.Query(t.Context(), "ask for the session", "SELECT @@SPID AS session")
			require.NoError(t, err)
			return rows[0][0].Value
		}
		session := spid(first.Server)
		require.Equal(t, session, spid(first.Server))
		require.NotEqual(t, session, spid(second.Server))
		require.NotEqual(t, session, spid(s))
	})
	t.Run("an error of SQL Server costs no place", func(t *testing.T) {
		requireKind(t, KindNotFound, first.Verify(t.Context(), Media{Files: []string{`E:\Backup\nothing.bak`}}))
		requireNoPlace(t, s, 2)
		_, err := first.Backup(t.Context(), BackupRequest{Database: "Payroll", File: `E:\Backup\payroll.bak`}, nil)
		require.NoError(t, err)
		require.NoError(t, first.Verify(t.Context(), Media{Files: []string{`E:\Backup\payroll.bak`}, Checksums: true}))
	})
	t.Run("given back", func(t *testing.T) {
		first.Release(t.Context())
		again := place(t, s, 2)
		require.Equal(t, first.lock, again.lock)
		again.Release(t.Context())
	})
	t.Run("a session that ends gives its place back, and nothing runs without it", func(t *testing.T) {
		second.held.drop()
		_, err := s.Query(t.Context(), "wait for the lock", // SQL Server notices the end in its own time
			"DECLARE @r int; EXEC @r = master.sys.sp_getapplock '"+second.lock+"', 'Exclusive', 'Session'; SELECT @r AS r")
		require.NoError(t, err)
		requireKind(t, KindUnreachable, second.Verify(t.Context(), Media{Files: []string{`E:\Backup\payroll.bak`}}))
		second.Release(t.Context())
	})
}

func TestAPlaceThatCannotBeTaken(t *testing.T) {
	t.Run("no right", func(t *testing.T) {
		s, _ := twin(t, world.Fault{Host: "SQL01", Step: "sql batch", Kind: "fail", Code: 229, Text: "The EXECUTE permission was denied on the object 'sp_getapplock'."})
		_, _, err := s.TakePlace(t.Context(), 2)
		requireKind(t, KindDenied, err)
	})
	t.Run("no answer", func(t *testing.T) {
		s, _ := twin(t, world.Fault{Host: "SQL01", Step: "sql batch", Kind: "reset", Times: 1})
		_, _, err := s.TakePlace(t.Context(), 2)
		requireKind(t, KindUnreachable, err)
		place(t, s, 1).Release(t.Context())
	})
}
