package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// errNotShown says that a decision names no evidence where nobody could be shown any.
var errNotShown = errors.New("an approval says what you looked at: --evidence DIGEST (starter status shows it), or --yes for what is shown above")

// deciding are the flags of the commands that send a decision.
type deciding struct {
	evidence, reason string
	yes              bool
	signing
}

func (o *deciding) flags(cmd *cobra.Command, evidence bool) {
	o.signing.flags(cmd)
	cmd.Flags().StringVar(&o.reason, "reason", "", "why; recorded for good")
	if evidence {
		cmd.Flags().StringVar(&o.evidence, "evidence", "", "`digest` of what you looked at, at least its first 8 characters")
		cmd.Flags().BoolVar(&o.yes, "yes", false, "decide about what is shown now, without asking")
	}
}

// decide resolves the farm, lets the person see what is decided, sends the decision and prints what became of it. A
// decision that does not count ends with exit code 1 and the reason.
func (a *app) decide(ctx context.Context, name string, d farm.Decision, o deciding) error {
	desk, err := a.desk(ctx)
	if err != nil {
		return err
	}
	defer desk.close()
	farmName, err := desk.targetOf(ctx, name, d.Subject)
	if err != nil {
		return err
	}
	d.Who = a.who()
	if d.Subject == farm.SubjectFarm {
		d.Subject = itself(farmName)
	} else if d.Evidence == "" && d.Choice != farm.ChoiceClaim && d.Choice != farm.ChoiceNote { // which are not about what is shown
		if d.Evidence, err = a.shown(ctx, desk, farmName, d, o.yes || o.printPayload); err != nil {
			return err
		}
	}
	if o.printPayload {
		return a.printStatement(ctx, desk, farmName, d)
	}
	if d.Signature, err = a.sign(ctx, desk, farmName, d, o.signing); err != nil {
		return err
	}
	became, err := desk.decide(ctx, farmName, d)
	if err != nil {
		return err
	}
	if a.json() {
		if err := a.printJSON(became); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(a.out, became)
	}
	if !became.Accepted && became.Channel == channelUpdate {
		return exit(exitWrong)
	}
	return nil
}

// shown shows a question and returns its digest. At a terminal the person confirms by the farm's name; elsewhere an
// approval needs --yes, since it says that somebody has looked.
func (a *app) shown(ctx context.Context, desk *desk, farmName string, d farm.Decision, yes bool) (string, error) {
	st, screen, err := desk.asks(ctx, farmName, a)
	if err != nil {
		return "", err
	}
	q := st.Question(d.Subject)
	if q == nil || !q.Open() {
		return "", nil // the farm itself says what is wrong with it
	}
	if err := view.Screen(a.err, screen, a.style()); err != nil {
		return "", err
	}
	switch {
	case yes:
	case a.keyboard():
		typed, err := a.prompt(ctx, "%s %s of %s as %s, on evidence %.8s. Type that name to confirm: ", d.Choice, d.Subject, farmName, d.Who, q.Digest)
		if err != nil {
			return "", err
		}
		if !strings.EqualFold(typed, farmName) {
			return "", errors.New("not confirmed: nothing was sent")
		}
	case d.Choice == farm.ChoiceApprove, d.Choice == farm.ChoiceDone:
		return "", errNotShown
	}
	return q.Digest, nil
}

// targetOf finds what a person decides about: a farm by its name or workflow id; a rollout, as a whole or what it asks itself; or the farm of a
// rollout that has no other.
func (d *desk) targetOf(ctx context.Context, name, subject string) (string, error) {
	if rollout, ok := strings.CutPrefix(name, farm.RolloutPrefix); ok {
		_, err := d.describe(ctx, workflows.RolloutID(rollout))
		return name, err
	}
	found, err := d.farmOf(ctx, name)
	if several, ok := errors.AsType[*severalFarmsError](err); ok && (subject == farm.SubjectFarm || several.asks.Question(subject) != nil) {
		return farm.RolloutPrefix + several.rollout, nil
	}
	return found, err
}

// severalFarmsError says that a rollout was named where one farm is meant.
type severalFarmsError struct {
	rollout string
	farms   []string
	asks    farm.Status // of the rollout itself
}

// Error implements error.
func (e *severalFarmsError) Error() string {
	names := e.farms
	if len(names) > 10 {
		names = append(names[:10:10], "...")
	}
	return fmt.Sprintf("rollout %s has %d farms: name one of %s", e.rollout, len(e.farms), strings.Join(names, ", "))
}

// farmOf finds the farm that a person names: by its name, by its workflow id, or by a rollout with that farm alone.
func (d *desk) farmOf(ctx context.Context, name string) (string, error) {
	farmName := strings.TrimPrefix(name, farmPrefix)
	_, err := d.describe(ctx, workflows.FarmUpdateID(farmName))
	if err == nil || !errors.Is(err, errUnknown) || farmName != name {
		return farmName, err
	}
	var r farm.RolloutStatus
	rollout := strings.TrimPrefix(name, rolloutPrefix)
	if err := d.query(ctx, workflows.RolloutID(rollout), "", &r); err != nil {
		return "", fmt.Errorf("%q is neither a farm nor a rollout: %w", name, err)
	}
	if len(r.Farms) != 1 {
		var names []string
		for _, f := range r.Farms {
			names = append(names, f.Farm)
		}
		return "", &severalFarmsError{rollout: rollout, farms: names, asks: r.Asks()}
	}
	return r.Farms[0].Farm, nil
}
