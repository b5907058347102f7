package mssql

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/tds"
)

func TestFrozenInTheMiddle(t *testing.T) {
	frozen := make(chan struct{}, 2)
	place := serve(t, tds.Options{Fault: func(o tds.Operation) *tds.Fault {
		if o.Kind == "batch" {
			frozen <- struct{}{}
			return &tds.Fault{Kind: tds.Freeze}
		}
		return nil
	}}, &script{execute: quiet})
	s := open(t, place)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-frozen; cancel() }()
	b := time.Now()
	_, err := s.Backup(ctx, request, nil)
	requireKind(t, KindCancelled, err)
	require.ErrorIs(t, err, context.Canceled)
	t.Log(time.Since(b), err)
	ctx, cancel = context.WithCancel(t.Context())
	go func() { <-frozen; cancel() }()
	b = time.Now()
	_, err = s.FreeSpace(ctx)
	requireKind(t, KindCancelled, err)
	t.Log(time.Since(b), err)
}
