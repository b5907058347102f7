package activities

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"farmhand/internal/farm"
)

// Webhook is where notifications go. URL and Secret are references (env:, file:); an empty URL sends none.
type Webhook struct {
	URL    string
	Secret string
}

// Notification is the JSON a webhook receives. It holds no secret.
type Notification struct {
	Event    string        `json:"event"` // gate-opened, gate-reminder, gate-renewed, gate-escalated, gate-expired, task-opened, intervention-opened, farm-ended, window-awaited, window-missed, window-at-risk, window-closed
	Rollout  string        `json:"rollout"`
	Farm     string        `json:"farm"`
	Phase    farm.Phase    `json:"phase"`
	Subject  string        `json:"subject,omitempty"`
	Title    string        `json:"title"`
	Facts    []farm.Fact   `json:"facts,omitempty"`
	Choices  []farm.Choice `json:"choices,omitempty"`
	Eligible []string      `json:"eligible,omitempty"`
	Digest   string        `json:"digest,omitempty"`
	Outcome  farm.Outcome  `json:"outcome,omitempty"`
	At       time.Time     `json:"at"`
}

// SignatureHeader carries the HMAC-SHA-256 of the body, in hex, where the webhook has a secret.
const SignatureHeader = "X-Farmhand-Signature-256"

const notifyTimeout = 10 * time.Second

// Notify posts a notification to the worker's webhook. A worker without one does nothing.
func (a *Activities) Notify(ctx context.Context, n Notification) error {
	if a.opts.Webhook.URL == "" {
		return nil
	}
	target, err := a.opts.Secrets.Resolve(a.opts.Webhook.URL)
	if err != nil {
		return configFailure("webhook", err)
	}
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, notifyTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.Reveal(), bytes.NewReader(body))
	if err != nil {
		return failf(farm.FailureConfig, "webhook", "", "the webhook's URL is not one", "correct the reference's value")
	}
	req.Header.Set("Content-Type", "application/json")
	if a.opts.Webhook.Secret != "" {
		key, err := a.opts.Secrets.Resolve(a.opts.Webhook.Secret)
		if err != nil {
			return configFailure("webhook", err)
		}
		mac := hmac.New(sha256.New, []byte(key.Reveal()))
		mac.Write(body)
		req.Header.Set(SignatureHeader, "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return failf(farm.FailureUnreachable, "webhook", "", "the webhook does not answer", "check the receiver; the rollout goes on without it")
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return failf(farm.FailureUnreachable, "webhook", "", fmt.Sprintf("the webhook answered %d", resp.StatusCode), "check the receiver; the rollout goes on without it")
	}
	return nil
}
