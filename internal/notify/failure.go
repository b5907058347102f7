package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"syscall"

	"farmhand/internal/secrets"
)

// Failure says that a receiver could not be told. It holds no address and no secret.
type Failure struct {
	// Receiver is its name in the settings.
	Receiver string
	// Why is what went wrong, in words of our own.
	Why string
	// ForGood is set where trying again cannot help: a reference that is not set, a logon that was refused.
	ForGood bool
}

// Error implements error.
func (f *Failure) Error() string { return f.Receiver + ": " + f.Why }

// refusal is an error that may be shown as it is.
type refusal struct {
	why     string
	forGood bool
}

// Error implements error.
func (r *refusal) Error() string { return r.why }

func refused(forGood bool, format string, args ...any) error {
	return &refusal{why: fmt.Sprintf(format, args...), forGood: forGood}
}

// failureOf says what kind of error it was. The text of an error is passed on only where this package wrote it, or package
// secrets, which names references and no values.
func failureOf(receiver string, err error) *Failure {
	f := &Failure{Receiver: receiver}
	var own *refusal
	var reference *secrets.Error
	switch {
	case errors.As(err, &own):
		f.Why, f.ForGood = own.why, own.forGood
	case errors.As(err, &reference):
		f.Why, f.ForGood = reference.Error(), true
	default:
		f.Why = connection(err)
	}
	return f
}

// connection says what went wrong on the way to a receiver.
func connection(err error) string {
	var (
		name      *net.DNSError
		unknown   x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		untrusted *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		timeout   net.Error
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, context.Canceled):
		return "given up: the worker stops"
	case errors.As(err, &name):
		return "its host name cannot be resolved"
	case errors.As(err, &unknown), errors.As(err, &invalid), errors.As(err, &untrusted):
		return "its certificate is not trusted: name its authority in tls.ca_file"
	case errors.As(err, &host):
		return "its certificate is for another name"
	case errors.As(err, &record):
		return "it does not speak TLS there"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at its address"
	}
	return "it does not answer as it should"
}
