package config

import (
	"net/mail"
	"os"
	"path"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"farmhand/internal/farm"
)

// Limits of the receivers: who could not be told is in the status of each farm.
const (
	maxReceivers  = 20
	maxRecipients = 50
)

const wantAddressReference = "want a reference such as env:FARMHAND_HOOK or file:/run/secrets/hook, never the value itself: it gives access"

// shapeReceivers holds the list in a variable against its type.
func (n *notes) shapeReceivers(key string, node *yaml.Node) (any, bool) {
	return n.shape(key, node, reflect.TypeFor[[]Receiver]())
}

// checkNotify asks whether each receiver can be told anything. What the references refer to is looked at when it is used.
func (n *notes) checkNotify(s NotifySettings) {
	if s.Templates != "" {
		if info, err := os.Stat(s.Templates); err != nil || !info.IsDir() {
			n.wrong("notify.templates", "%s is not a directory that can be read; want one with a file EVENT.txt for each text of your own", quoted("notify.templates", s.Templates))
		}
	}
	if len(s.Receivers) > maxReceivers {
		n.wrong("notify.receivers", "%d receivers are too many; want at most %d", len(s.Receivers), maxReceivers)
	}
	var keys, names []string
	for i, r := range s.Receivers {
		at := element("notify.receivers", i)
		keys, names = append(keys, child(at, "name")), append(names, r.Name)
		n.checkName(child(at, "name"), r.Name)
		n.checkReceiver(at, r)
	}
	n.checkUnique("receiver", keys, names)
}

func (n *notes) checkReceiver(at string, r Receiver) {
	var kinds []string
	for _, kind := range []string{"webhook", "email", "chat"} {
		if _, there := n.at[child(at, kind)]; there || n.broken[child(at, kind)] {
			kinds = append(kinds, kind)
		}
	}
	switch {
	case len(kinds) == 0:
		n.wrong(at, "says nowhere to tell; want one of webhook, email and chat")
	case len(kinds) > 1:
		n.wrong(at, "has %s; a receiver is one of them: make it two receivers", list(kinds))
	case kinds[0] == "webhook":
		n.checkWebhook(child(at, "webhook"), r.Webhook)
	case kinds[0] == "email":
		n.checkEmail(child(at, "email"), r.Email)
	case n.require(child(at, "chat.url"), r.Chat.URL, "want a reference to the service's address, like env:FARMHAND_CHAT") && !isReference(r.Chat.URL):
		n.wrong(child(at, "chat.url"), wantAddressReference)
	}
	n.checkEventPatterns(child(at, "events"), r.Events)
	for i, p := range r.Farms {
		if _, err := path.Match(p, ""); err != nil || p == "" {
			n.wrong(element(child(at, "farms"), i), "%s is no pattern; want the name of a farm, with * and ? for any characters", quoted("farms", p))
		}
	}
}

func (n *notes) checkWebhook(at string, w WebhookReceiver) {
	if n.require(child(at, "url"), w.URL, "want a reference to the address, like env:FARMHAND_HOOK") && !isReference(w.URL) {
		n.wrong(child(at, "url"), wantAddressReference)
	}
	if w.Secret != "" && !isReference(w.Secret) {
		n.wrong(child(at, "secret"), wantAddressReference)
	}
}

func (n *notes) checkEmail(at string, e EmailReceiver) {
	if n.require(child(at, "server"), e.Server, "name the mail server") {
		n.checkHost(child(at, "server"), e.Server)
	}
	if e.Port != 0 {
		n.checkPort(child(at, "port"), e.Port)
	}
	n.checkOneOf(child(at, "tls"), string(e.Way()), mailTLS...)
	if n.require(child(at, "from"), e.From, "want the address that mails come from") {
		n.checkMailAddress(child(at, "from"), e.From)
	}
	if len(e.To) == 0 || len(e.To) > maxRecipients {
		n.wrong(child(at, "to"), "want 1 to %d addresses", maxRecipients)
	}
	for i, to := range e.To {
		n.checkMailAddress(element(child(at, "to"), i), to)
	}
	switch {
	case e.Password != "" && !isReference(e.Password):
		n.wrong(child(at, "password"), wantReference)
	case e.Password != "" && e.User == "":
		n.wrong(child(at, "user"), "missing; the password is of an account")
	case e.Password == "" && e.User != "":
		n.wrong(child(at, "password"), "missing; want a reference to the account's password")
	case e.User != "" && e.Way() == MailWithoutTLS:
		n.wrong(child(at, "tls"), "without TLS the password would be readable on the way; want starttls or implicit, or no user and password")
	}
}

func (n *notes) checkMailAddress(key, address string) {
	if _, err := mail.ParseAddress(address); err != nil {
		n.wrong(key, "%s is not a mail address; want one like change-board@contoso.com, or 'Change board <change-board@contoso.com>'", quoted(key, address))
	}
}

// checkEventPatterns wants each pattern to match some event: what never matches is a typing mistake, and people would
// wait for news that never come.
func (n *notes) checkEventPatterns(at string, patterns []string) {
	events := farm.Events()
	for i, p := range patterns {
		matches := func(e farm.Event) bool { ok, err := path.Match(p, string(e)); return ok && err == nil }
		if !slices.ContainsFunc(events, matches) {
			names := texts(events...)
			hint := didYouMean(p, names)
			if hint == "" {
				hint = "; known are " + list(names)
			}
			n.wrong(element(at, i), "%s matches no event%s", quoted("events", p), hint)
		}
	}
}
