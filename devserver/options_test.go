package main

import (
	"flag"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
)

func TestOptionsDefaults(t *testing.T) {
	opts, err := parseOptions(nil, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", opts.ip.String())
	require.Equal(t, ports{frontend: 7233, ui: 7241, metrics: 7242}, opts.ports)
	require.Equal(t, 30*24*time.Hour, opts.retention)
	require.Equal(t, "FULL", opts.synchronous)
	require.True(t, filepath.IsAbs(opts.db))
	require.Equal(t, farmhandAttributes(), opts.attributes)
}

func TestOptionsReportEveryMistakeAtOnce(t *testing.T) {
	_, err := parseOptions([]string{
		"--ip", "here", "--port", "70000", "--namespace", "", "--retention", "1m",
		"--synchronous", "OFF", "--log-level", "loud", "--db", "a?b.db", "extra",
	}, io.Discard)
	for _, part := range []string{"--ip", "70000", "--namespace", "--retention", "--synchronous", "--log-level", "--db", "extra"} {
		require.ErrorContains(t, err, part)
	}
}

func TestOptionsHelp(t *testing.T) {
	_, err := parseOptions([]string{"--help"}, io.Discard)
	require.ErrorIs(t, err, flag.ErrHelp)
}

func TestSearchAttributeFlag(t *testing.T) {
	cases := []struct {
		name, text string
		wrong      string
	}{
		{"a new one", "Extra=Int", ""},
		{"one of farmhand's again", "FarmName=Keyword", ""},
		{"one of farmhand's with another type", "FarmName=Int", "FarmName is Keyword"},
		{"no type", "Extra", "Name=Type"},
		{"unknown type", "Extra=Number", "not a search attribute type"},
		{"a name that needs quoting", "My Extra=Int", "Name=Type"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			opts, err := parseOptions([]string{"--search-attribute", c.text}, io.Discard)
			if c.wrong != "" {
				require.ErrorContains(t, err, c.wrong)
				return
			}
			require.NoError(t, err)
			for name, valueType := range farmhandAttributes() {
				require.Equal(t, valueType, opts.attributes[name])
			}
		})
	}
}

func TestAssignColumnsKeepsWhatIsThere(t *testing.T) {
	aliases := map[string]string{"Keyword07": "FarmName", "Keyword01": "Elsewhere"}
	added, err := farmhandAttributes().assignColumns(aliases)
	require.NoError(t, err)
	require.True(t, added)
	require.Equal(t, "FarmName", aliases["Keyword07"])
	require.Equal(t, "Elsewhere", aliases["Keyword01"])
	require.Len(t, aliases, len(farmhandAttributes())+1)

	added, err = farmhandAttributes().assignColumns(aliases)
	require.NoError(t, err)
	require.False(t, added, "the second start has nothing to add")
}

func TestAssignColumnsRefuses(t *testing.T) {
	_, err := attributes{"FarmName": enumspb.INDEXED_VALUE_TYPE_INT}.assignColumns(map[string]string{"Keyword07": "FarmName"})
	require.ErrorContains(t, err, "a type cannot change")

	many := attributes{}
	for _, suffix := range "abcdefghijklmnopqrstuvwxyz" {
		many["Extra"+string(suffix)] = enumspb.INDEXED_VALUE_TYPE_DATETIME
	}
	_, err = many.assignColumns(map[string]string{})
	require.ErrorContains(t, err, "no column is left")
}
