package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/textproto"
	"time"

	"github.com/wneessen/go-mail"

	"farmhand/config"
	"farmhand/internal/farm"
)

// sendMail sends a text as one plain mail to all addresses of a receiver; where a server refuses one of them, nobody gets it.
// The name of the mail follows from the notification, so that one that is sent again because its answer was lost is the
// same mail to whoever shows it.
func (r *Receivers) sendMail(ctx context.Context, name string, e config.EmailReceiver, n farm.Notification, text Text) error {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(m.From(e.From), m.To(e.To...)); err != nil {
		return refused(true, "an address of email.from or email.to cannot be used")
	}
	m.Subject(text.Subject)
	m.SetBodyString(mail.TypeTextPlain, text.Body)
	m.SetDateWithValue(time.Now())
	m.SetMessageIDWithValue(messageID(name, n))
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no absence notes, please
	client, err := r.mailClient(ctx, e)
	if err != nil {
		return err
	}
	return mailError(client.DialAndSendWithContext(ctx, m), m.IsDelivered())
}

func messageID(receiver string, n farm.Notification) string {
	body, err := json.Marshal(n)
	if err != nil {
		body = []byte(n.Title)
	}
	sum := sha256.Sum256(append([]byte(receiver+"\x00"), body...))
	return hex.EncodeToString(sum[:16]) + "@farmhand"
}

func (r *Receivers) mailClient(ctx context.Context, e config.EmailReceiver) (*mail.Client, error) {
	trust := r.trust.Clone()
	trust.ServerName = e.Server
	limit := r.patience
	if at, bounded := ctx.Deadline(); bounded {
		limit = max(time.Until(at), time.Millisecond)
	}
	options := []mail.Option{mail.WithPort(e.TCPPort()), mail.WithTimeout(limit), mail.WithTLSConfig(trust), mail.WithoutNoop()}
	switch e.Way() {
	case config.MailImplicitTLS:
		options = append(options, mail.WithSSL())
	case config.MailWithoutTLS:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if e.User != "" {
		password, err := r.secrets.Resolve(e.Password)
		if err != nil {
			return nil, err
		}
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(e.User), mail.WithPassword(password.Reveal()))
	}
	client, err := mail.NewClient(e.Server, options...)
	if err != nil {
		return nil, refused(true, "the settings of the mail server cannot be used")
	}
	return client, nil
}

// mailError says which step the mail server refused, and its code; its text and the library's name addresses. A mail that was
// taken is told, whatever went wrong while saying goodbye.
func mailError(err error, delivered bool) error {
	if err == nil || delivered {
		return nil
	}
	code := 0
	step := "the connection"
	if send, ok := errors.AsType[*mail.SendError](err); ok {
		code, step = send.ErrorCode(), mailStep(send.Reason)
	} else if reply, ok := errors.AsType[*textproto.Error](err); ok {
		code = reply.Code
		switch code {
		case authLater, authNeeded, authTooWeak, authRefused:
			step = "the logon"
		}
	}
	switch {
	case code >= 500:
		return refused(true, "the mail server refused %s (%d)", step, code)
	case code >= 400:
		return refused(false, "the mail server did not take %s for now (%d)", step, code)
	}
	return err
}

// Replies about logons: RFC 4954, section 6.
const (
	authLater   = 454
	authNeeded  = 530
	authTooWeak = 534
	authRefused = 535
)

func mailStep(r mail.SendErrReason) string {
	switch r {
	case mail.ErrSMTPMailFrom:
		return "the sender"
	case mail.ErrSMTPRcptTo:
		return "a recipient"
	default:
		return "the mail"
	}
}
