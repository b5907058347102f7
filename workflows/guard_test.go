package workflows_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"farmhand/internal/farm"
)

// largeFarm is a farm of n servers: two application servers, an index server, and front-end Web servers.
func largeFarm(n int) []farm.Server {
	out := []farm.Server{server("APP01", ca, app), server("APP02", app), server("IDX01", idx)}
	for i := len(out); i < n; i++ {
		out = append(out, server(fmt.Sprintf("WFE%02d", i), web))
	}
	return out
}

// manyDatabases gives the farm as many content databases as large farms had.
func manyDatabases(n int) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		for i := range n {
			r.Farms[0].Databases.Expect = append(r.Farms[0].Databases.Expect, fmt.Sprintf("WSS_Content_Department_%02d", i))
		}
	}
}

// TestCostOfAFarm bounds what the update of 10 servers asks of the engine. A rise is allowed where
// somebody decides so: here.
func TestCostOfAFarm(t *testing.T) {
	cost := func(n int) int {
		w := newWorld(t, servers(largeFarm(n)...))
		w.approveEvery()
		w.completes()
		return len(w.calls) - w.count("versions") // which is noted twice
	}
	ten, twenty := cost(10), cost(20)
	t.Logf("%d activities for 10 servers, %d for 20", ten, twenty)
	require.LessOrEqual(t, ten, 590)
	// Scheduled, started and completed, and at most one workflow task of three events each: a tenth of
	// what a history may hold.
	require.Less(t, 6*ten, 51200/10)
	// Proofs around each wizard look at every server, so that the cost is not linear; it must stay tame.
	require.Less(t, 6*twenty, 51200/4)
}

// measuring is a data converter that remembers the largest payload.
type measuring struct {
	converter.DataConverter
	mu      sync.Mutex
	largest int
	what    string
}

func (m *measuring) note(p *commonpb.Payload) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(p.GetData()); n > m.largest {
		m.largest, m.what = n, string(p.GetData()[:min(n, 80)])
	}
}

// ToPayload implements converter.DataConverter.
func (m *measuring) ToPayload(v any) (*commonpb.Payload, error) {
	p, err := m.DataConverter.ToPayload(v)
	m.note(p)
	return p, err
}

// ToPayloads implements converter.DataConverter.
func (m *measuring) ToPayloads(vs ...any) (*commonpb.Payloads, error) {
	ps, err := m.DataConverter.ToPayloads(vs...)
	for _, p := range ps.GetPayloads() {
		m.note(p)
	}
	return ps, err
}

// TestSizes of a large farm with long lists of products and databases, and with trouble: the status fits a
// query's answer and every payload is well below the engine's limits (warning at 256 kB, error at 2 MB).
func TestSizes(t *testing.T) {
	w := newWorld(t, servers(largeFarm(12)...), manyDatabases(60))
	m := &measuring{DataConverter: converter.GetDefaultDataConverter()}
	w.env.SetDataConverter(m)
	for _, srv := range w.farm.Servers {
		w.tweak[srv.Name] = func(f *farm.ServerFacts) {
			for i := range 40 {
				f.Products = append(f.Products, farm.PatchState{
					Name:    fmt.Sprintf("Microsoft Office Server 2007 component %d (English) x64", i),
					Version: farm.MustParseVersion("12.0.6219.1000"), State: "1",
				})
			}
		}
	}
	for i, name := range []string{"APP02", "WFE07"} {
		trouble := exits(17302)
		trouble.Tail = slices.Repeat([]string{strings.Repeat("a line of the package's log ", 100)}, 20)
		w.ends[pkg+" "+name] = []ending{trouble}
		w.answer(fmt.Sprintf("i-%d", i+1), farm.ChoiceRetry, func(q farm.Question) {
			require.Len(t, q.Failure.Log, 20)
			require.Less(t, len(q.Failure.Log[0]), 500)
		})
	}
	w.approveEvery()
	s := w.completes()
	b, err := json.Marshal(s)
	require.NoError(t, err)
	t.Logf("status %d bytes, largest payload %d bytes: %s", len(b), m.largest, m.what)
	require.Less(t, len(b), 230_000)
	require.Greater(t, m.largest, 10_000, "the converter was used")
	require.Less(t, m.largest, 256_000)
}
