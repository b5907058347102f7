package engine_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/codec"
	"farmhand/internal/engine"
	"farmhand/internal/secrets"
)

// TestFailuresAreEncoded: the message and the stack trace of a failure, whatever caused it.
func TestFailuresAreEncoded(t *testing.T) {
	c, err := codec.New([]codec.Key{{ID: "a", Secret: secrets.New("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")}})
	require.NoError(t, err)
	o := engine.Payloads(client.Options{}, c, c.Encrypts())
	failure := o.FailureConverter.ErrorToFailure(temporal.NewApplicationErrorWithCause("APP02 does not answer", "unreachable", errors.New("dial APP02"), "details of APP02"))
	text := failure.String()
	require.NotContains(t, text, "APP02")
	require.Contains(t, text, "unreachable", "the kind stays, for retry policies")
	back := o.FailureConverter.FailureToError(failure)
	require.ErrorContains(t, back, "APP02 does not answer")
	require.ErrorContains(t, errors.Unwrap(back), "dial APP02")

	none, err := codec.New(nil)
	require.NoError(t, err)
	o = engine.Payloads(client.Options{}, none, none.Encrypts())
	require.Equal(t, "APP02 does not answer", o.FailureConverter.ErrorToFailure(errors.New("APP02 does not answer")).GetMessage())
}
