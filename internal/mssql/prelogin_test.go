package mssql

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// sql2000 is a PRELOGIN reply of version 8.0.2039 without encryption.
var sql2000 = []byte{
	0x00, 0, 11, 0, 6,
	0x01, 0, 17, 0, 1,
	0xFF,
	8, 0, 0x07, 0xF7, 0, 0,
	encryptionNotSupported,
}

func TestParsePrelogin(t *testing.T) {
	p, err := parsePrelogin(sql2000)
	require.NoError(t, err)
	require.Equal(t, prelogin{major: 8, build: 2039, encryption: encryptionNotSupported}, p)

	var e *Error
	require.ErrorAs(t, p.check(true), &e)
	require.Equal(t, KindTooOld, e.Kind, "the age comes before the encryption: no setting helps")
	require.Contains(t, e.Message, "SQL Server 2000")
	require.Contains(t, e.Message, "2039")
}

func TestPreloginRefusesALoginInTheClear(t *testing.T) {
	p := prelogin{major: 9, encryption: encryptionNotSupported}
	require.NoError(t, p.check(false))
	var e *Error
	require.ErrorAs(t, p.check(true), &e)
	require.Equal(t, KindConfig, e.Kind)
	require.NoError(t, prelogin{major: 9, encryption: 0}.check(true))
}

func TestParsePreloginRefusesMalformed(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty":            nil,
		"no end":           {0, 0, 5, 0, 0},
		"cut option":       {0, 0, 5},
		"value outside":    {0, 0, 6, 0, 6, 0xFF},
		"lengths overflow": {0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
	} {
		_, err := parsePrelogin(b)
		require.ErrorIs(t, err, errPrelogin, name)
	}
}

func TestProductName(t *testing.T) {
	for version, want := range map[[2]int]string{
		{7, 0}: "7.0 or older", {8, 0}: "2000", {9, 0}: "2005", {10, 0}: "2008", {10, 50}: "2008 R2", {16, 0}: "2022", {99, 0}: "version 99",
	} {
		require.Equal(t, want, productName(version[0], version[1]))
	}
}

func FuzzParsePrelogin(f *testing.F) {
	f.Add(sql2000)
	f.Add([]byte{0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := parsePrelogin(b)
		if err != nil {
			require.Equal(t, prelogin{}, p)
		}
	})
}
