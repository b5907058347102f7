package winhost

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"farmhand/internal/secrets"
	"farmhand/scripts"
)

// Script runs a script of package scripts and returns its records. stdin becomes the script's own input, in ASCII lines.
// An answer without its sentinel is KindBadOutput and wraps a *scripts.IncompleteError; a script that threw is KindFailed
// and wraps a *scripts.FailedError.
func (h *Host) Script(ctx context.Context, s scripts.Script, args []scripts.Arg, stdin []byte) ([]scripts.Record, error) {
	all, err := h.Scripts(ctx, scripts.Call{Script: s, Args: args, Input: stdin})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Scripts runs scripts one after the other in one powershell.exe, whose start takes longer than most of them, and returns
// the records of each. It ends with the first that throws; the error is then that script's.
func (h *Host) Scripts(ctx context.Context, calls ...scripts.Call) ([][]scripts.Record, error) {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails since Go 1.24
	nonce := hex.EncodeToString(random)
	r, err := h.run(ctx, scriptNames(calls), scripts.CommandLine(), bytes.NewReader(scripts.EncodeAll(nonce, calls)))
	if err != nil {
		return nil, err
	}
	all, err := scripts.ParseAll(r.Stdout, nonce, len(calls))
	if err == nil {
		return all, nil
	}
	s := calls[len(all)].Script
	kind, more := KindBadOutput, ""
	if errors.As(err, new(*scripts.FailedError)) {
		kind = KindFailed
	} else if r.Stderr != "" {
		more = "; on standard error: " + said(Result{Stderr: r.Stderr})
	}
	e := h.fail(s.Name, kind, "%v%s", err, more)
	e.Code, e.cause = int64(r.Exit), err
	return nil, scrubbed(e, h.endpoint.password)
}

// scriptNames names what a call runs, each script once.
func scriptNames(calls []scripts.Call) string {
	var names []string
	for _, c := range calls {
		if !slices.Contains(names, c.Script.Name) {
			names = append(names, c.Script.Name)
		}
	}
	return strings.Join(names, " ")
}

// record runs a script that answers with one record of a kind.
func (h *Host) record(ctx context.Context, s scripts.Script, args []scripts.Arg, stdin []byte, kind string) (scripts.Record, error) {
	records, err := h.Script(ctx, s, args, stdin)
	if err != nil {
		return scripts.Record{}, err
	}
	return h.find(s, records, kind)
}

func (h *Host) find(s scripts.Script, records []scripts.Record, kind string) (scripts.Record, error) {
	for _, r := range records {
		if r.Kind == kind {
			return r, nil
		}
	}
	return scripts.Record{}, h.fail(s.Name, KindBadOutput, "the answer has no %q record", kind)
}

// scrubbed removes secrets from an error and from the script's own words behind it.
func scrubbed(err error, values ...secrets.Value) error {
	var known *Error
	if !errors.As(err, &known) {
		return err
	}
	e := *known
	e.Message = secrets.Scrub(e.Message, values...)
	var failed *scripts.FailedError
	var incomplete *scripts.IncompleteError
	var malformed *scripts.MalformedError
	switch {
	case errors.As(e.cause, &failed):
		e.cause = &scripts.FailedError{Text: secrets.Scrub(failed.Text, values...)}
	case errors.As(e.cause, &incomplete):
		e.cause = &scripts.IncompleteError{Tail: secrets.Scrub(incomplete.Tail, values...)}
	case errors.As(e.cause, &malformed):
		e.cause = &scripts.MalformedError{Line: secrets.Scrub(malformed.Line, values...)}
	}
	return &e
}
