package mssql

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/tds"
)

// answers maps the beginning of a statement to its rows, so that answers SQL Server gives rarely can be tried.
type answers map[string]func(w *tds.Writer)

func (a answers) execute(_ context.Context, batch string, w *tds.Writer) error {
	for start, answer := range a {
		if strings.HasPrefix(batch, start) {
			answer(w)
			w.Done(0)
			return nil
		}
	}
	return &tds.Error{Number: 102, Class: 15, Message: fmt.Sprintf("Incorrect syntax near '%s'.", batch)}
}

func text(name string) tds.Column { return tds.Column{Name: name, Type: tds.NVarChar(128)} }

func TestIdentifyWhereAnswersAreNull(t *testing.T) {
	utc := time.Date(2008, 7, 15, 22, 0, 0, 0, time.UTC)
	s := open(t, serve(t, tds.Options{}, &script{execute: answers{"SELECT CAST(SERVERPROPERTY": func(w *tds.Writer) {
		w.Columns(text("product_version"), text("product_level"), text("edition"), text("server_name"), text("login_name"),
			tds.Column{Name: "is_sysadmin", Type: tds.Int}, tds.Column{Name: "local_clock", Type: tds.DateTime}, tds.Column{Name: "utc_clock", Type: tds.DateTime})
		w.Row("10.50.1600.1", "RTM", "Standard Edition", nil, `CONTOSO\svc`, nil, utc.Add(-210*time.Minute-3*time.Millisecond), utc)
	}}.execute}))
	id, err := s.Identify(t.Context())
	require.NoError(t, err)
	require.Equal(t, Identity{
		ProductVersion: "10.50.1600.1", Version: farm.MustParseVersion("10.50.1600.1"), Product: "2008 R2", Level: "RTM",
		Edition: "Standard Edition", Login: `CONTOSO\svc`, Clock: id.Clock, Offset: -3*time.Hour - 30*time.Minute,
	}, id)
	require.True(t, utc.Equal(id.Clock))
}

func TestAnswersThatCannotBeReadAreNoOutage(t *testing.T) {
	s := open(t, serve(t, tds.Options{}, &script{execute: answers{"EXEC master.dbo.xp_fixeddrives": func(w *tds.Writer) {
		w.Columns(text("drive"))
		w.Row("E")
	}}.execute}))
	_, err := s.FreeSpace(t.Context())
	e := requireKind(t, KindFailed, err)
	require.False(t, e.Retryable())
	_, err = s.Databases(t.Context())
	e = requireKind(t, KindFailed, err)
	require.EqualValues(t, 102, e.Number)
}

func TestVersionsOfAnUnknownTable(t *testing.T) {
	stamp := time.Date(2008, 7, 15, 22, 10, 0, 0, time.UTC)
	s := open(t, serve(t, tds.Options{}, &script{execute: answers{
		"SELECT COLUMN_NAME FROM [PWA_Published].": func(w *tds.Writer) {
			w.Columns(text("COLUMN_NAME"))
			for _, c := range []string{"VERSIONID", "VERSION", "TimeStamp", "Mystery"} {
				w.Row(c)
			}
		},
		"SELECT * FROM [PWA_Published].dbo.Versions": func(w *tds.Writer) {
			w.Columns(tds.Column{Name: "VERSIONID", Type: tds.UniqueIdentifier}, text("VERSION"), tds.Column{Name: "TimeStamp", Type: tds.DateTime}, tds.Column{Name: "Mystery", Type: tds.Numeric(20)})
			w.Row("6E7F5A0C-1111-4F5E-9D2B-2F9A3F0F8D11", "12.0.6318.5000", stamp, 42)
		},
	}.execute}))
	rows, err := s.Versions(t.Context(), "PWA_Published")
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, otherComponent, rows[0].Component)
	require.True(t, stamp.Equal(rows[0].TimeStamp))
	require.Equal(t, Field{Name: "Mystery", Value: "42"}, rows[0].Fields[3])
	require.Equal(t, "12.0.6318.5000", Highest(rows).String())
}

func TestPathsAreCheckedBeforeAnythingIsSent(t *testing.T) {
	s := open(t, farm.SQLServer{Name: "SQL01", Address: "127.0.0.1", Port: 1, Encrypt: farm.EncryptNone})
	_, err := s.FileExists(t.Context(), "backup.bak")
	requireKind(t, KindConfig, err)
	_, err = s.Backup(t.Context(), BackupRequest{Database: "X", File: "backup.bak"}, nil)
	requireKind(t, KindConfig, err)
	requireKind(t, KindConfig, s.Verify(t.Context(), one("backup.bak")))
	_, err = s.Versions(t.Context(), "")
	requireKind(t, KindConfig, err)
}
