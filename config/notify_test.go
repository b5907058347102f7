package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
)

const threeReceivers = `
- name: desk
  webhook: {url: 'env:HOOK_URL', secret: 'file:/run/secrets/hook'}
- name: on-call
  email: {server: mail.contoso.com, user: farmhand, password: 'env:MAIL_PASSWORD', from: 'farmhand <farmhand@contoso.com>', to: [on-call@contoso.com]}
  events: [intervention-*, window-at-risk]
- name: emea
  chat: {url: 'env:CHAT_URL'}
  farms: ['emea-*']
`

// TestReceivers of a file and of the environment are the same, and survive being handed to another process.
func TestReceivers(t *testing.T) {
	file := settingsFile(t, "notify:\n  receivers:"+strings.ReplaceAll(threeReceivers, "\n", "\n    ")+"\n")
	fromFile, err := config.LoadSettings(file)
	require.NoError(t, err)
	receivers := fromFile.Notify.Receivers
	require.Len(t, receivers, 3)
	require.Equal(t, config.WebhookReceiver{URL: "env:HOOK_URL", Secret: "file:/run/secrets/hook"}, receivers[0].Webhook)
	require.Equal(t, 587, receivers[1].Email.TCPPort())
	require.Equal(t, config.MailStartTLS, receivers[1].Email.Way())
	require.Equal(t, []string{"intervention-*", "window-at-risk"}, receivers[1].Events)
	require.Equal(t, []string{"emea-*"}, receivers[2].Farms)

	t.Chdir(t.TempDir())
	t.Setenv("FARMHAND_NOTIFY_RECEIVERS", threeReceivers)
	fromEnvironment, err := config.LoadSettings("")
	require.NoError(t, err)
	require.Equal(t, receivers, fromEnvironment.Notify.Receivers)

	t.Setenv("FARMHAND_NOTIFY_RECEIVERS", config.ReceiversText(receivers))
	again, err := config.LoadSettings("")
	require.NoError(t, err)
	receivers[1].Email.Port, receivers[1].Email.TLS = 587, config.MailStartTLS // written out, since they are the same
	require.Equal(t, receivers, again.Notify.Receivers)

	require.Empty(t, config.ReceiversText(nil), "an empty variable is none")
}

// TestUsualPortsOfMail by how the connection is protected.
func TestUsualPortsOfMail(t *testing.T) {
	for way, port := range map[config.MailTLS]int{"": 587, config.MailStartTLS: 587, config.MailImplicitTLS: 465, config.MailWithoutTLS: 25} {
		require.Equal(t, port, config.EmailReceiver{TLS: way}.TCPPort(), way)
		require.Equal(t, 2525, config.EmailReceiver{TLS: way, Port: 2525}.TCPPort(), way)
	}
}

// TestMistakesInReceivers: all of them at once, each with its place, and none repeats what may be a secret.
func TestMistakesInReceivers(t *testing.T) {
	file := settingsFile(t, strings.Join([]string{
		"notify:",
		"  templates: /does/not/exist",
		"  receivers:",
		"    - {name: a, webhook: {url: 'https://hooks/hunter2', secret: hunter2}}",
		"    - {name: A, chat: {url: 'slack://hunter2'}}",
		"    - {name: b}",
		"    - {name: c, chat: {url: 'env:X'}, webhook: {url: 'env:X'}, events: [gate-opend, 'nothing-*']}",
		"    - {name: d, email: {server: 'mail:25', port: 99999, tls: ssl, from: farmhand, to: [x@y.z, 'a, b']}, farms: ['[', '']}",
		"    - {name: e, email: {server: mail, tls: none, user: u, password: 'env:P', from: a@b.c}}",
		"    - {name: f, email: {server: mail, user: u, from: a@b.c, to: [a@b.c]}}",
		"    - {name: g, email: {server: mail, password: hunter2, from: a@b.c, to: [a@b.c]}}",
		"    - {name: h, email: {server: mail, password: 'env:P', from: a@b.c, to: [a@b.c]}}",
		"    - {name: i, webhook: {hunter2}}",
		"    - {name: j, webhook: {}}",
	}, "\n"))
	_, err := config.LoadSettings(file)
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	for _, want := range []string{
		":2: notify.templates: ",
		":4: notify.receivers[0].webhook.url: want a reference",
		":4: notify.receivers[0].webhook.secret: want a reference",
		`:5: notify.receivers[1].name: receiver "A" is already used at notify.receivers[0].name (line 4)`,
		":5: notify.receivers[1].chat.url: want a reference",
		":6: notify.receivers[2]: says nowhere to tell",
		":7: notify.receivers[3]: has webhook, chat",
		`:7: notify.receivers[3].events[0]: "gate-opend" matches no event; did you mean "gate-opened"?`,
		`:7: notify.receivers[3].events[1]: "nothing-*" matches no event; known are rollout-started`,
		":8: notify.receivers[4].email.server: ",
		":8: notify.receivers[4].email.port: 99999 is not a port",
		`:8: notify.receivers[4].email.tls: "ssl" is not known here; want starttls, implicit, none`,
		":8: notify.receivers[4].email.from: ",
		`:8: notify.receivers[4].email.to[1]: "a, b" is not a mail address`,
		":8: notify.receivers[4].farms[0]: ",
		":8: notify.receivers[4].farms[1]: ",
		":9: notify.receivers[5].email.to: want 1 to 50 addresses",
		":9: notify.receivers[5].email.tls: without TLS the password would be readable",
		":10: notify.receivers[6].email.password: missing",
		":11: notify.receivers[7].email.password: want a reference",
		":12: notify.receivers[8].email.user: missing",
		":13: notify.receivers[9].webhook.?: unknown key",
		":14: notify.receivers[10].webhook.url: missing",
	} {
		require.Contains(t, err.Error(), file+want)
	}
	require.NotContains(t, err.Error(), "hunter2")
	require.Len(t, mistakes.List, 24, err.Error()) // and the empty webhook of line 13 has no url
}

// TestMistakesInReceiversOfTheEnvironment name the variable.
func TestMistakesInReceiversOfTheEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	for text, want := range map[string]string{
		"{":                                    "FARMHAND_NOTIFY_RECEIVERS: notify.receivers: not YAML",
		"hunter2":                              "FARMHAND_NOTIFY_RECEIVERS: notify.receivers: want a list",
		"[{name: a, chta: hunter2}]":           "FARMHAND_NOTIFY_RECEIVERS: notify.receivers[0].chta: unknown key",
		"[{name: a, webhook: {url: hunter2}}]": "FARMHAND_NOTIFY_RECEIVERS: notify.receivers[0].webhook.url: want a reference",
		"[{name: a, events: [gate-opened]}]":   "FARMHAND_NOTIFY_RECEIVERS: notify.receivers[0]: says nowhere to tell",
	} {
		t.Setenv("FARMHAND_NOTIFY_RECEIVERS", text)
		_, err := config.LoadSettings("")
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "hunter2")
	}
}
