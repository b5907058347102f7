package activities

import (
	"context"
	"strings"

	"farmhand/internal/farm"
	"farmhand/scripts"
)

// SmokeTestRequest asks a front-end Web server for the pages of the rollout file.
type SmokeTestRequest struct {
	ServerTarget
	Tests []farm.SmokeTest `json:"tests"`
}

// SmokeTest asks a front-end Web server for each page, from the server itself, and looks for the expected text. All
// tests are asked, whatever the first ones say: one failure names every page that is wrong.
func (a *Activities) SmokeTest(ctx context.Context, r SmokeTestRequest) (farm.WitnessResult, error) {
	w := farm.WitnessResult{Witness: farm.WitnessSmokeTests, Mandatory: true, Agrees: true, At: now()}
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return farm.WitnessResult{}, err
	}
	_, stop := keepBeating(ctx, "asking "+r.Server.Name+" for the pages of the file")
	defer stop()
	var says, wrong []string
	for _, t := range r.Tests {
		records, err := h.Script(ctx, scripts.SmokeTest, []scripts.Arg{{Name: "Url", Value: t.URL}, {Name: "Expect", Value: t.Expect}}, nil)
		if err != nil {
			return farm.WitnessResult{}, fail(r.Server.Name, farm.StepSmokeTest, err)
		}
		result, err := smokeResult(t, records)
		if err != nil {
			return farm.WitnessResult{}, fail(r.Server.Name, farm.StepSmokeTest, err)
		}
		line := t.Name + " " + t.URL + ": "
		if problem := t.Fails(result); problem != "" {
			wrong = append(wrong, line+problem)
			continue
		}
		line += "as expected"
		if result.ByName {
			line += ", by name: another front-end may have answered"
		}
		says = append(says, line)
	}
	if len(wrong) > 0 {
		return w, Fail(farm.Failure{
			Kind: farm.FailureSmokeTest, Server: r.Server.Name, Step: farm.StepSmokeTest, Log: append(wrong, says...),
			Message: "not as expected: " + strings.Join(wrong, "; "),
			Advice:  "open the page in a browser on the server; look at its event log and its ULS log. The other front-ends stay off meanwhile",
		})
	}
	w.Says = strings.Join(says, "; ")
	return w, nil
}

// smokeResult reads the script's one record.
func smokeResult(t farm.SmokeTest, records []scripts.Record) (farm.SmokeResult, error) {
	for _, rec := range records {
		if rec.Kind != "page" {
			continue
		}
		status, err := rec.Int("status")
		return farm.SmokeResult{
			Test: t.Name, Status: int(status), Found: rec.Bool("found"), Title: rec.Get("title"), Error: rec.Get("error"), ByName: rec.Bool("by_name"),
		}, err
	}
	return farm.SmokeResult{}, &scripts.FieldError{Record: "page", Field: "status", Want: "there"}
}
