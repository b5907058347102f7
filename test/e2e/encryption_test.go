package e2e_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"

	"farmhand/internal/farm"
	"farmhand/internal/rehearsal"
)

// Keys of a test, in base64.
const (
	firstKey  = "SP_CODEC_1=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	secondKey = "SP_CODEC_2=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
	token     = "SP_CODEC_TOKEN=0123456789abcdef-token"
)

// TestAnEncryptedRollout: a whole update whose histories hold nothing legible of the farm, while people see it all. The
// key is replaced half way.
func TestAnEncryptedRollout(t *testing.T) {
	t.Parallel()
	s := newStage(t, "holds: [{host: APP01, step: wizard}]")
	settings := []string{"FARMHAND_SECRETS=env:SP_*", firstKey, secondKey, token}
	s.env = append(settings, "FARMHAND_CODEC_KEYS=1=env:SP_CODEC_1")
	p := s.rehearse("all")
	s.awaitHeld(p, "APP01", "wizard")

	for command, shows := range map[string]string{"status": "4 servers, 9 databases", "report": "SQL01"} {
		out, code := s.starter(command, "contoso-pwa")
		require.Contains(t, []int{0, 6}, code, out)
		require.Contains(t, out, shows)
	}
	keyless := *s
	keyless.env = nil
	out, code := keyless.starter("status", "contoso-pwa")
	require.Equal(t, 1, code)
	require.Contains(t, out, `encrypted with key "1", and this process has none`)
	input := s.input()
	require.NotContains(t, input.String(), "SQL01")
	require.Contains(t, s.decoded(input), "SQL01", "the codec server decodes what the Temporal UI gets")
	p.kill()

	s.env = append(settings, "FARMHAND_CODEC_KEYS=2=env:SP_CODEC_2,1=env:SP_CODEC_1")
	p = s.rehearse("all")
	require.Zero(t, p.wait(), p.err.String())
	require.Equal(t, farm.OutcomeCompleted, p.result().Outcome)
	require.Empty(t, contoso.Violations(s.events()))

	// The database is one file, with its log beside it: every history, and what visibility shows.
	var all []byte
	files, err := filepath.Glob(filepath.Join(s.state, "temporal.db*"))
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all = append(all, text...)
	}
	for _, inClear := range []string{"farm-update/contoso-pwa", "binary/encrypted", "encryption-key-id"} {
		require.True(t, bytes.Contains(all, []byte(inClear)), "this is how the database keeps text: %s", inClear)
	}
	for _, secret := range []string{"SQL01", "sp-setup", "SharePoint_Config", "PWA_Published", "psconfig"} {
		require.False(t, bytes.Contains(all, []byte(secret)), "%s is in clear in the database", secret)
	}
}

// input is what the farm's update was started with, as the server has it.
func (s *stage) input() *commonpb.Payloads {
	s.t.Helper()
	address, _, err := rehearsal.Address(s.state)
	require.NoError(s.t, err)
	c, err := client.Dial(client.Options{HostPort: address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	require.NoError(s.t, err)
	defer c.Close()
	events := c.GetWorkflowHistory(s.t.Context(), "farm-update/contoso-pwa", "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	require.True(s.t, events.HasNext())
	first, err := events.Next()
	require.NoError(s.t, err)
	return first.GetWorkflowExecutionStartedEventAttributes().GetInput()
}

// decoded is what starter codec makes of payloads.
func (s *stage) decoded(p *commonpb.Payloads) string {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), binary(s.t, "starter"), "codec", "--token", "env:SP_CODEC_TOKEN", "--listen", "127.0.0.1:0")
	cmd.Env = append(os.Environ(), s.env...)
	var said output
	cmd.Stderr = &said
	require.NoError(s.t, cmd.Start())
	defer func() {
		require.NoError(s.t, cmd.Process.Signal(os.Interrupt))
		require.NoError(s.t, cmd.Wait(), said.String())
	}()
	var address string
	s.await(&process{t: s.t}, "the codec server", func() bool {
		address = regexp.MustCompile(`http://\S+`).FindString(said.String())
		return address != ""
	})
	plain, err := converter.NewRemotePayloadCodec(converter.RemotePayloadCodecOptions{
		Endpoint: address, ModifyRequest: func(r *http.Request) error {
			r.Header.Set("Authorization", "Bearer 0123456789abcdef-token")
			return nil
		},
	}).Decode(p.GetPayloads())
	require.NoError(s.t, err)
	return (&commonpb.Payloads{Payloads: plain}).String()
}
