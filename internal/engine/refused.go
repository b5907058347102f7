package engine

import (
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc/codes"
)

// ErrRefused says that a Temporal server is there and does not want this process: its certificate, its key, or what it
// may do. Trying again would not help.
var ErrRefused = errors.New("the Temporal server refuses this process")

// handshake are parts of gRPC's messages about a TLS handshake that failed; it has no types for them. The second is the
// server's side of it: since TLS 1.3 a client that is refused learns so when it first reads.
var handshake = []string{"authentication handshake failed", "remote error: tls:"}

// refusal turns an answer that trying again would not change into an error with the way out, and others into nil.
func refusal(o client.Options, err error) error {
	for _, text := range handshake {
		if strings.Contains(err.Error(), text) {
			return fmt.Errorf("%w at %s: the TLS connection failed: %w; check this process's certificate and key (TEMPORAL_TLS_CLIENT_CERT_PATH, "+
				"TEMPORAL_TLS_CLIENT_KEY_PATH) and whom it trusts (TEMPORAL_TLS_SERVER_CA_CERT_PATH, TEMPORAL_TLS_SERVER_NAME)", ErrRefused, o.HostPort, err)
		}
	}
	denied, ok := errors.AsType[*serviceerror.PermissionDenied](err)
	if ok || serviceerror.ToStatus(err).Code() == codes.Unauthenticated {
		reason := ""
		if denied != nil && denied.Reason != "" {
			reason = " (" + denied.Reason + ")"
		}
		return fmt.Errorf("%w at %s: it may not use namespace %s%s: %w; check TEMPORAL_API_KEY, TEMPORAL_NAMESPACE and what the certificate is allowed",
			ErrRefused, o.HostPort, o.Namespace, reason, err)
	}
	return nil
}
