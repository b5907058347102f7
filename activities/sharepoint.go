package activities

import (
	"context"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/scripts"
)

// DescribeRequest asks the farm about itself, on the host of Central Administration.
type DescribeRequest struct {
	ServerTarget
	Job string `json:"job"`
}

// The service instance names of the object model (the article: Services Running, on Servers in Farm).
const (
	instanceCentral = "central administration"
	instanceWeb     = "web application"
)

// DescribeFarm reads what the farm says of itself from the SharePoint object model, in a detached job
// under the setup account: a WinRM logon cannot reach SQL Server (no second hop).
func (a *Activities) DescribeFarm(ctx context.Context, r DescribeRequest) (farm.FarmFacts, error) {
	records, err := a.runScript(ctx, r.ServerTarget, farm.StepCompareFarm, r.Job, scripts.Farm)
	if err != nil {
		return farm.FarmFacts{}, err
	}
	return farmFacts(records, r.Server.Name)
}

// farmFacts reads the answer of farm.ps1, which ran on a server.
func farmFacts(records []scripts.Record, server string) (farm.FarmFacts, error) {
	var f farm.FarmFacts
	for _, rec := range records {
		switch rec.Kind {
		case "farm":
			f.Configuration, f.Account, f.CentralPool = rec.Get("name"), rec.Get("account"), rec.Get("central_pool")
			if v, err := farm.ParseVersion(rec.Get("version")); err == nil {
				f.Version = v
			}
		case "server":
			if strings.EqualFold(rec.Get("role"), "Invalid") {
				continue // SQL Servers appear in the list with this role and have no SharePoint binaries
			}
			f.Servers = append(f.Servers, rec.Get("name"))
			if rec.Bool("needs_upgrade") {
				f.NeedsUpgrade = append(f.NeedsUpgrade, rec.Get("name"))
			}
		case "instance":
			if !strings.EqualFold(rec.Get("status"), "Online") {
				continue
			}
			switch t := strings.ToLower(rec.Get("type")); {
			case strings.Contains(t, instanceCentral):
				f.CentralAdministration = append(f.CentralAdministration, rec.Get("server"))
			case strings.Contains(t, instanceWeb):
				f.WebServers = append(f.WebServers, rec.Get("server"))
			}
		case "webapp":
			if !rec.Bool("central") {
				f.WebApplications = append(f.WebApplications, rec.Get("url"))
			}
		case "site":
			if path := rec.Get("path"); path != "" && !slices.Contains(f.SitePaths, path) {
				f.SitePaths = append(f.SitePaths, path)
			}
		case "database":
			f.Databases = append(f.Databases, farm.ReportedDatabase{Name: rec.Get("name"), Server: rec.Get("server"), Type: rec.Get("type")})
			if rec.Bool("needs_upgrade") {
				f.NeedsUpgrade = append(f.NeedsUpgrade, rec.Get("name"))
			}
		case "error":
			return farm.FarmFacts{}, failf(farm.FailureConfig, server, farm.StepCompareFarm,
				"the SharePoint object model did not answer: "+rec.Get("text"), "run farm.ps1 by hand under the setup account on this server")
		}
	}
	return f, nil
}

// WarmUpRequest asks a front-end Web server for one page per Web application.
type WarmUpRequest struct {
	ServerTarget
	URLs []string `json:"urls"`
}

// WarmUp sends one request per Web application to a front-end Web server, from the server itself. An
// answer of any status below 500 shows that the Web application lives; the account need not be let in.
func (a *Activities) WarmUp(ctx context.Context, r WarmUpRequest) (farm.WitnessResult, error) {
	w := farm.WitnessResult{Witness: farm.WitnessWebResponse, Mandatory: true, Agrees: true, At: now()}
	if len(r.URLs) == 0 {
		w.Says = "the farm reports no Web application"
		return w, nil
	}
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return farm.WitnessResult{}, err
	}
	_, stop := keepBeating(ctx, "asking "+r.Server.Name+" for its Web applications")
	defer stop()
	records, err := h.Script(ctx, scripts.WarmUp, []scripts.Arg{{Name: "Urls", Value: strings.Join(r.URLs, "|")}}, nil)
	if err != nil {
		return farm.WitnessResult{}, fail(r.Server.Name, farm.StepWarmUp, err)
	}
	var says []string
	for _, rec := range records {
		if rec.Kind != "response" {
			continue
		}
		status, err := rec.Int("status")
		if err != nil || status < 100 || status >= 500 {
			w.Agrees = false
		}
		says = append(says, strings.TrimSpace(rec.Get("url")+" "+rec.Get("status")+" "+rec.Get("error")))
	}
	w.Says = strings.Join(says, "; ")
	if !w.Agrees {
		return w, failf(farm.FailureNotProven, r.Server.Name, farm.StepWarmUp, "a Web application does not answer: "+w.Says, "look at the page in a browser on the server and at the event log")
	}
	return w, nil
}
