package notify

import (
	"context"
	"crypto/tls"
	"fmt"
	"path"
	"slices"
	"sync"
	"time"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

// patience is how long one receiver may take to be told. It is well below the heartbeat and the timeout of the activity
// that tells (workflows/policies.go), so that one that hangs costs the others nothing.
const patience = 10 * time.Second

// Receivers are everybody that one worker tells.
type Receivers struct {
	list      []config.Receiver
	templates *Templates
	secrets   *secrets.Resolver
	trust     *tls.Config
	patience  time.Duration
}

// New prepares the receivers of a worker's settings, which were checked. Secrets are resolved anew each time somebody is told,
// so that one that was replaced needs no restart. caFile names authorities that are trusted besides those of the operating system.
// The error is *config.Mistakes where templates have some.
func New(s config.NotifySettings, r *secrets.Resolver, caFile string) (*Receivers, error) {
	templates, err := LoadTemplates(s.Templates)
	if err != nil {
		return nil, err
	}
	trust, err := trusting(caFile)
	if err != nil {
		return nil, fmt.Errorf("tls.ca_file: %w", err)
	}
	return &Receivers{list: s.Receivers, templates: templates, secrets: r, trust: trust, patience: patience}, nil
}

// Names lists the receivers in the order of the settings.
func (r *Receivers) Names() []string {
	names := make([]string, len(r.list))
	for i, one := range r.list {
		names[i] = one.Name
	}
	return names
}

// Tell tells every receiver that wants the event and is not among those who were told already. Each that was told is reported
// to done, one at a time, as soon as it is. What comes back are the others, in the order of the settings.
func (r *Receivers) Tell(ctx context.Context, n farm.Notification, already []string, done func(name string)) []*Failure {
	var (
		mu  sync.Mutex
		all sync.WaitGroup
	)
	failures := make([]*Failure, len(r.list))
	for i, one := range r.list {
		if !wants(one, n) || slices.Contains(already, one.Name) {
			continue
		}
		all.Go(func() {
			if err := r.tell(ctx, one, n); err != nil {
				failures[i] = failureOf(one.Name, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			done(one.Name)
		})
	}
	all.Wait()
	return slices.DeleteFunc(failures, func(f *Failure) bool { return f == nil })
}

// wants reports whether a receiver is told of an event. A rollout's own events have no farm to choose by.
func wants(r config.Receiver, n farm.Notification) bool {
	if n.Event == farm.EventTest {
		return true
	}
	return matches(r.Events, string(n.Event)) && (n.Farm == "" || matches(r.Farms, n.Farm))
}

// matches reports whether a text fits one of the patterns; no patterns leave nothing out.
func matches(patterns []string, text string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, text) // patterns were checked with the settings
		return ok && err == nil
	})
}

// tell tells one receiver, and gives up when its time is over: the libraries that send know no context all the way, so
// what hangs in them is left behind to their own time limits.
func (r *Receivers) tell(ctx context.Context, one config.Receiver, n farm.Notification) error {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	result := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil { // of a library: the worker has more to do than this
				result <- &refusal{why: "the library that sends it broke", forGood: true}
			}
		}()
		result <- r.send(ctx, one, n)
	}()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// errNoText says that no template words an event, which the start of the worker and the tests rule out.
var errNoText = refused(true, "no text could be made of the event")

func (r *Receivers) send(ctx context.Context, one config.Receiver, n farm.Notification) error {
	switch {
	case one.Webhook.URL != "":
		return r.sendWebhook(ctx, one.Webhook, n)
	case one.Email.Server != "":
		text, err := r.templates.Text(n)
		if err != nil {
			return errNoText
		}
		return r.sendMail(ctx, one.Name, one.Email, n, text)
	default:
		text, err := r.templates.Text(forChat(n))
		if err != nil {
			return errNoText
		}
		return r.sendChat(one.Chat, text)
	}
}
