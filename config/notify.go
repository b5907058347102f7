package config

import "go.yaml.in/yaml/v3"

// NotifySettings say who is told of a rollout's events, and in which words.
type NotifySettings struct {
	// Templates is a directory with texts of your own, one file EVENT.txt per event; empty: the built-in ones alone.
	Templates string `mapstructure:"templates"`
	// Receivers are told, each of what it wants. Empty: nobody.
	Receivers []Receiver `mapstructure:"receivers"`
}

// Receiver is one place that is told: a webhook, e-mail addresses or a chat service, exactly one of the three.
type Receiver struct {
	// Name tells it from the others, in evidence and logs.
	Name    string          `mapstructure:"name"`
	Webhook WebhookReceiver `mapstructure:"webhook"`
	Email   EmailReceiver   `mapstructure:"email"`
	Chat    ChatReceiver    `mapstructure:"chat"`
	// Events are patterns (path.Match) over farm.Events; empty: all of them.
	Events []string `mapstructure:"events"`
	// Farms are patterns over names of farms, for events of a farm; a rollout's own events pass. Empty: every farm.
	Farms []string `mapstructure:"farms"`
}

// WebhookReceiver gets each event as JSON over HTTP.
type WebhookReceiver struct {
	// URL refers to the address (env:NAME or file:/path), since such addresses hold a token.
	URL string `mapstructure:"url"`
	// Secret refers to the key that signs each body; empty: not signed.
	Secret string `mapstructure:"secret"`
}

// EmailReceiver gets each event as a plain text mail.
type EmailReceiver struct {
	// Server and Port are those of the mail server; port 0 is the usual one of TLS: 587, 465 or 25.
	Server string  `mapstructure:"server"`
	Port   int     `mapstructure:"port"`
	TLS    MailTLS `mapstructure:"tls"`
	// User and Password, a reference, log on to the mail server; both empty: no logon.
	User     string   `mapstructure:"user"`
	Password string   `mapstructure:"password"`
	From     string   `mapstructure:"from"`
	To       []string `mapstructure:"to"`
}

// MailTLS says how the connection to a mail server is protected.
type MailTLS string

// The ways. Empty is MailStartTLS.
const (
	// MailStartTLS begins readable and must be upgraded before anything is sent (RFC 3207): the default, port 587.
	MailStartTLS MailTLS = "starttls"
	// MailImplicitTLS is TLS from the first byte (RFC 8314), port 465.
	MailImplicitTLS MailTLS = "implicit"
	// MailWithoutTLS sends everything readable, port 25; a logon is refused.
	MailWithoutTLS MailTLS = "none"
)

// ChatReceiver gets each event as a message of a chat or paging service.
type ChatReceiver struct {
	// URL refers to the service's address as shoutrrr writes them, such as slack://…: it holds a token.
	URL string `mapstructure:"url"`
}

// Way says how e-mail to the receiver is protected: TLS, or its default.
func (e EmailReceiver) Way() MailTLS {
	if e.TLS == "" {
		return MailStartTLS
	}
	return e.TLS
}

// TCPPort is the port of the mail server: Port, or the usual one.
func (e EmailReceiver) TCPPort() int {
	switch {
	case e.Port != 0:
		return e.Port
	case e.Way() == MailImplicitTLS:
		return 465
	case e.Way() == MailWithoutTLS:
		return 25
	}
	return 587
}

// ReceiversText writes receivers as the variable FARMHAND_NOTIFY_RECEIVERS has them: the YAML of the list in a file.
func ReceiversText(receivers []Receiver) string {
	if len(receivers) == 0 {
		return ""
	}
	list := make([]map[string]any, len(receivers))
	for i, r := range receivers {
		one := map[string]any{"name": r.Name}
		switch {
		case r.Webhook.URL != "":
			one["webhook"] = withoutEmpty(map[string]any{"url": r.Webhook.URL, "secret": r.Webhook.Secret})
		case r.Email.Server != "":
			e := r.Email
			one["email"] = withoutEmpty(map[string]any{
				"server": e.Server, "port": e.TCPPort(), "tls": string(e.Way()), "user": e.User, "password": e.Password, "from": e.From, "to": e.To,
			})
		default:
			one["chat"] = map[string]any{"url": r.Chat.URL}
		}
		if len(r.Events) > 0 {
			one["events"] = r.Events
		}
		if len(r.Farms) > 0 {
			one["farms"] = r.Farms
		}
		list[i] = one
	}
	text, err := yaml.Marshal(list)
	if err != nil {
		panic("config: receivers cannot be written: " + err.Error()) // texts and numbers only: cannot happen
	}
	return string(text)
}

func withoutEmpty(m map[string]any) map[string]any {
	for k, v := range m {
		if v == "" {
			delete(m, k)
		}
	}
	return m
}

// receiversFromEnvironment reads what ReceiversText writes, as plain values for viper. Its mistakes have the variable for a
// place, since their lines are not a file's.
func (n *notes) receiversFromEnvironment(key, text string) (any, bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 {
		n.brokenShape(key, position{}, "not YAML; want the list as a settings file has it, like [{name: desk, webhook: {url: 'env:FARMHAND_HOOK_URL'}}]")
		return nil, false
	}
	own := newNotes("")
	value, ok := own.shapeReceivers(key, doc.Content[0])
	for _, m := range own.found {
		m.Line, m.Column = 0, 0
		n.found = append(n.found, m)
	}
	for k := range own.broken {
		n.broken[k] = true
	}
	for k := range own.at {
		n.at[k] = position{}
	}
	return value, ok
}
