package notify

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"farmhand/config"
)

// maxChat is the longest text in bytes that a chat gets: the strictest of the common services takes 4,096 (Telegram, Google
// Chat). Longer texts end in cutShort.
const maxChat = 3800

const cutShort = "\n…\n(cut short: starter status shows all of it)"

// sendChat sends a text through shoutrrr. Its mail service is refused, for it does not insist on TLS, and so is the one
// that writes into the log.
func (r *Receivers) sendChat(c config.ChatReceiver, text Text) error {
	target, err := r.secrets.Resolve(c.URL)
	if err != nil {
		return err
	}
	scheme, _, found := strings.Cut(target.Reveal(), "://")
	scheme, _, _ = strings.Cut(scheme, "+")
	switch strings.ToLower(scheme) {
	case "smtp":
		return refused(true, "what %s refers to is a mail server: make it a receiver with email", c.URL)
	case "logger":
		found = false
	}
	if !found {
		return refused(true, "what %s refers to is no address of a chat service, such as slack://…", c.URL)
	}
	service, err := new(router.ServiceRouter).Locate(target.Reveal())
	if err != nil { // its text holds the address
		return refused(true, "what %s refers to is no address that shoutrrr knows, or lacks a part", c.URL)
	}
	if err := service.Send(clip(text.Subject+"\n\n"+text.Body, maxChat), &types.Params{}); err != nil {
		return chatError(err)
	}
	return nil
}

var status = regexp.MustCompile(`(?i)\bstatus(?: code)?\b[^a-z0-9]{0,3}([1-5][0-9][0-9])\b`)

// chatError says what the service answered, as far as that is known: services say it in a text that may hold the address, and
// only a number after the word status is taken out of it.
func chatError(err error) error {
	if m := status.FindStringSubmatch(err.Error()); m != nil {
		return refused(false, "the chat service answered %s", m[1])
	}
	if why := connection(err); why != connection(nil) {
		return refused(false, "%s", why)
	}
	return refused(false, "the chat service did not take it")
}

// clip cuts a text to so many bytes, at the end of a line where there is one.
func clip(text string, most int) string {
	text = strings.TrimRight(text, "\n")
	if len(text) <= most {
		return text
	}
	text = text[:most-len(cutShort)]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	if end := strings.LastIndexByte(text, '\n'); end > most/2 {
		text = text[:end]
	}
	return text + cutShort
}
