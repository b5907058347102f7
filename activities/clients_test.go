package activities_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

func TestReadClients(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("clients.csv", "computer,version\nPC-01,12.0.6425.1000\nPC-02,12.0.6218.1000\n")
	write("broken.csv", "computer,version\n,\nPC-02,x\n")
	inner := filepath.Join(dir, "inner")
	require.NoError(t, os.Mkdir(inner, 0o700))
	require.NoError(t, os.Symlink(filepath.Join(dir, "clients.csv"), filepath.Join(inner, "link.csv")))

	ask := func(dir, name string) (farm.ClientFacts, error) {
		return activities.New(activities.Options{InventoryDir: dir}).ReadClients(t.Context(), activities.ClientsRequest{
			Farm: "pwa", Inventory: name, Client: farm.Client{Version: farm.MustParseVersion("12.0.6318.5000")},
		})
	}
	got, err := ask(dir, "clients.csv")
	require.NoError(t, err)
	require.Equal(t, 2, got.Total)
	require.Equal(t, []farm.ClientState{{Computer: "PC-02", Found: "12.0.6218.1000"}}, got.Named)
	require.Len(t, got.SHA256, 64)
	require.False(t, got.Written.IsZero())

	for _, tt := range []struct {
		dir, name string
		kind      farm.FailureKind
		says      string
	}{
		{"", "clients.csv", farm.FailureConfig, "no inventory directory"},
		{filepath.Join(dir, "none"), "clients.csv", farm.FailureConfig, "cannot be opened"},
		{dir, "other.csv", farm.FailureNotFound, "there is no other.csv"},
		{dir, "broken.csv", farm.FailureBadInput, "line 3"},
		{inner, "../clients.csv", farm.FailureConfig, "is not a file of the worker's inventory directory"},
		{dir, "inner/../clients.csv", farm.FailureConfig, "is not a file of the worker's inventory directory"},
		{inner, "link.csv", farm.FailureConfig, "is not a file of the worker's inventory directory"},
	} {
		_, err := ask(tt.dir, tt.name)
		f := activities.FailureOf(err)
		require.Equal(t, tt.kind, f.Kind, tt.name)
		require.Contains(t, f.Message, tt.says)
		require.NotEmpty(t, f.Advice)
	}
}
