package ntlm

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzBegin(f *testing.F) {
	type1, err := newClient(f, "CONTOSO", "sp-setup", "x").Authenticate(nil, nil)
	require.NoError(f, err)
	f.Add(type1)
	f.Add(wrapResponse(acceptIncomplete, type1))
	f.Add([]byte("NTLMSSP\x00"))
	f.Fuzz(func(t *testing.T, token []byte) {
		c, challenge, err := newAcceptor().Begin(token)
		if err != nil {
			require.ErrorIs(t, err, ErrMalformed)
			return
		}
		require.NotNil(t, c)
		require.NotEmpty(t, challenge)
	})
}

func FuzzFinish(f *testing.F) {
	client := newClient(f, "CONTOSO", "sp-setup", "päss word")
	type1, err := client.Authenticate(nil, nil)
	require.NoError(f, err)
	_, type2, err := newAcceptor().Begin(type1)
	require.NoError(f, err)
	type3, err := client.Authenticate(type2, nil)
	require.NoError(f, err)
	f.Add(type3)
	f.Add(wrapResponse(acceptCompleted, type3))
	f.Add([]byte("NTLMSSP\x00\x03\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, token []byte) {
		// The server's challenge is fresh, so no token whatever may be accepted.
		c, _, err := newAcceptor().Begin(type1)
		require.NoError(t, err)
		_, err = c.Finish(token)
		require.Error(t, err)
		require.True(t, errors.Is(err, ErrMalformed) || errors.Is(err, ErrRefused), "%v", err)
		require.Nil(t, c.Session())
	})
}
