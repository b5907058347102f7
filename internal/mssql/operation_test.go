package mssql

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"farmhand/simulator/tds"
)

func TestSpansAreNamedByWhatTheyDo(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	otel.SetTracerProvider(provider)
	t.Cleanup(func() { otel.SetTracerProvider(tracenoop.NewTracerProvider()) })

	b := &script{execute: func(_ context.Context, batch string, w *tds.Writer) error {
		switch {
		case batch == "EXEC master.dbo.xp_fixeddrives":
			w.Columns(tds.Column{Name: "drive", Type: tds.NVarChar(1)}, tds.Column{Name: "MB free", Type: tds.Int})
			w.Row("E", 20480)
			w.Done(1)
			return nil
		case batch[:6] == "BACKUP":
			return &tds.Error{Number: 3023, Class: 16, Message: "Backup operations must be serialized."}
		}
		return fmt.Errorf("unexpected batch %s", batch)
	}}
	s := open(t, serve(t, tds.Options{}, b))
	free, err := s.FreeSpace(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"E": 20480}, free)
	_, err = s.Backup(t.Context(), request, nil)
	requireKind(t, KindBackupFailed, err)

	var names []string
	for _, span := range exporter.GetSpans() {
		names = append(names, span.Name)
		text := fmt.Sprint(span.Attributes, span.Events, span.Status)
		require.Contains(t, text, "microsoft.sql_server")
		require.Contains(t, text, "SQL01")
		require.NotContains(t, text, password)
		if span.Name == "sql.backup" {
			require.NotContains(t, text, "TO DISK", "statements with names and paths are not shown")
			require.Contains(t, text, "PWA_Published")
			require.Equal(t, codes.Error, span.Status.Code)
		}
		if span.Name == "sql.free-space" {
			require.Contains(t, text, "xp_fixeddrives")
		}
	}
	require.ElementsMatch(t, []string{"sql.login", "sql.free-space", "sql.backup"}, names)
}
