package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"farmhand/config"
	"farmhand/internal/farm"
)

// SignatureHeader carries "sha256=" and the HMAC-SHA-256 of the body in hex, where the webhook has a secret.
const SignatureHeader = "X-Farmhand-Signature-256"

// sendWebhook posts the notification as JSON. It follows no redirect: the body was meant, and signed, for one address.
func (r *Receivers) sendWebhook(ctx context.Context, w config.WebhookReceiver, n farm.Notification) error {
	target, err := r.secrets.Resolve(w.URL)
	if err != nil {
		return err
	}
	body, err := json.Marshal(n)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.Reveal(), bytes.NewReader(body))
	if err != nil {
		return refused(true, "what %s refers to is no address", w.URL)
	}
	request.Header.Set("Content-Type", "application/json")
	if w.Secret != "" {
		key, err := r.secrets.Resolve(w.Secret)
		if err != nil {
			return err
		}
		mac := hmac.New(sha256.New, []byte(key.Reveal()))
		mac.Write(body)
		request.Header.Set(SignatureHeader, "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: r.trust.Clone(), ForceAttemptHTTP2: true, DisableKeepAlives: true,
	}
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return refused(false, "the webhook answered %d", response.StatusCode)
	}
	return nil
}
