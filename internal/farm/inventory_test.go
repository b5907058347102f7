package farm_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

const inventory = "Computer,Product,Version,Updates,Owner\r\n" +
	"PC-01,Microsoft Office Project Professional 2007,12.0.6425.1000,,ann\r\n" +
	"PC-02,Microsoft Office Project Professional 2007,12.0.6218.1000,\"KB952067; KB900001\",bea\r\n" +
	"PC-03,Microsoft Office Project Professional 2007,12.0.6218.1000,KB999999,cid\r\n" +
	"PC-04,Microsoft Office Visio Professional 2007,12.0.4518.1014,,dan\r\n" +
	"pc-03,Microsoft Office Project Professional 2007,,,cid\r\n" +
	"PC-05,Microsoft Office Project Professional 2007,,,eve\r\n"

// projectClients is the article's requirement, with a build beside it.
var projectClients = farm.Client{
	KB: "KB952067", Products: []string{"office project professional 2007"},
	Version: farm.MustParseVersion("12.0.6318.5000"), Accepted: []string{"KB952067"},
}

func TestJudgeClients(t *testing.T) {
	records, err := farm.ParseInventory([]byte(inventory))
	require.NoError(t, err)
	require.Equal(t, []string{"KB952067", "KB900001"}, records[1].Updates)
	f := farm.JudgeClients(projectClients, records)
	require.Equal(t, 4, f.Total, "a computer with two lines counts once, another product not at all")
	require.Equal(t, 2, f.Ready)
	require.Equal(t, []farm.ClientState{
		{Computer: "PC-03", Found: "12.0.6218.1000, KB999999"}, // a higher number is not a later update
		{Computer: "PC-05", Found: "neither version nor updates known"},
	}, f.Named)
}

func TestInventoryAsToolsWriteIt(t *testing.T) {
	for name, text := range map[string]string{
		"semicolons": strings.NewReplacer(",", ";", "; ", " ").Replace(inventory),
		"tabs":       strings.ReplaceAll(inventory, ",", "\t"),
		"marked":     "\ufeff" + inventory,
		"bare lines": strings.ReplaceAll(inventory, "\r\n", "\n"),
	} {
		records, err := farm.ParseInventory([]byte(text))
		require.NoError(t, err, name)
		require.Equal(t, 2, farm.JudgeClients(projectClients, records).Ready, name)
	}
	for _, order := range []int{0, 1} {
		var wide []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + inventory)) {
			b := []byte{byte(u), byte(u >> 8)}
			wide = append(wide, b[order], b[1-order])
		}
		records, err := farm.ParseInventory(wide)
		require.NoError(t, err)
		require.Len(t, records, 6)
	}
}

func TestInventoryTellsAllItsMistakes(t *testing.T) {
	_, err := farm.ParseInventory([]byte("computer,version\n,12.0.1.1\nPC-01,twelve\nPC-02,12.0.6425.1000\n"))
	require.ErrorIs(t, err, farm.ErrInventory)
	require.ErrorContains(t, err, "line 2: no computer")
	require.ErrorContains(t, err, `line 3: version "twelve"`)
	for _, text := range []string{"", "computer\nPC-01\n", "name,version\nPC-01,12.0.1.1\n"} {
		_, err := farm.ParseInventory([]byte(text))
		require.ErrorIs(t, err, farm.ErrInventory, text)
	}
}

// TestClientsAreCountedOnce: however lines are repeated and shuffled, the same computers are ready.
func TestClientsAreCountedOnce(t *testing.T) {
	records, err := farm.ParseInventory([]byte(inventory))
	require.NoError(t, err)
	want := farm.JudgeClients(projectClients, records)
	rapid.Check(t, func(t *rapid.T) {
		again := rapid.Permutation(append(records, rapid.SliceOf(rapid.SampledFrom(records)).Draw(t, "repeated")...)).Draw(t, "lines")
		require.Equal(t, want, farm.JudgeClients(projectClients, again))
	})
}

func FuzzParseInventory(f *testing.F) {
	f.Add([]byte(inventory))
	f.Add([]byte("\xff\xfec\x00"))
	f.Add([]byte("computer;updates\n\"a\"b;1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		records, err := farm.ParseInventory(data)
		if err != nil {
			require.ErrorIs(t, err, farm.ErrInventory)
			return
		}
		got := farm.JudgeClients(projectClients, records)
		require.Equal(t, got.Total, got.Ready+got.Behind)
	})
}
