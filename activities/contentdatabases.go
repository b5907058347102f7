package activities

import (
	"context"
	"strings"

	"farmhand/internal/farm"
	"farmhand/scripts"
)

// ContentDatabases lists the farm's content databases from the SharePoint object model, in a detached job under the setup
// account on the host of Central Administration.
func (a *Activities) ContentDatabases(ctx context.Context, r DescribeRequest) ([]farm.ContentDatabase, error) {
	records, err := a.runScript(ctx, r.ServerTarget, farm.StepRecordContent, r.Job, scripts.ContentDatabases)
	if err != nil {
		return nil, err
	}
	var out []farm.ContentDatabase
	for _, rec := range records {
		switch rec.Kind {
		case "content":
			if err := standInCommand(r.Server.Name, farm.StepRecordContent, rec.Get("name"), rec.Get("server"), rec.Get("url")); err != nil {
				return nil, err
			}
			d := farm.ContentDatabase{
				Name: rec.Get("name"), Server: rec.Get("server"), URL: rec.Get("url"), Central: rec.Bool("central"),
				ID: rec.Get("id"), Status: rec.Get("status"), Search: rec.Get("search"),
			}
			for field, to := range map[string]*int{"warning": &d.Warning, "max": &d.Max, "sites": &d.Sites} {
				n, err := rec.Int(field)
				if *to = int(n); err != nil {
					return nil, failf(farm.FailureBadOutput, r.Server.Name, farm.StepRecordContent, d.Name+": "+err.Error(), "run content-databases.ps1 by hand under the setup account")
				}
			}
			out = append(out, d)
		case "error":
			return nil, failf(farm.FailureConfig, r.Server.Name, farm.StepRecordContent,
				"the SharePoint object model did not answer: "+rec.Get("text"), "run content-databases.ps1 by hand under the setup account on this server")
		}
	}
	return out, nil
}

// StsadmRequest runs one operation of stsadm as a detached job under the setup account.
type StsadmRequest struct {
	ServerTarget
	Job  string        `json:"job"`
	Hive string        `json:"hive"`
	Step farm.StepKind `json:"step"`
	// Arguments as they are typed behind stsadm.
	Arguments string `json:"arguments"`
}

// StartStsadm starts the operation, or finds it started.
func (a *Activities) StartStsadm(ctx context.Context, r StsadmRequest) (JobRef, error) {
	if strings.ContainsAny(r.Arguments, "%!&|<>^\r\n") {
		return JobRef{}, failf(farm.FailureConfig, r.Server.Name, r.Step, "a name in "+r.Arguments+" holds a character that cmd.exe reads", "leave this database attached (keep_attached), or work on it by hand")
	}
	if err := standInCommand(r.Server.Name, r.Step, r.Hive); err != nil {
		return JobRef{}, err
	}
	return a.start(ctx, r.ServerTarget, r.Step, r.Job, `"`+r.Hive+`\BIN\stsadm.exe" `+r.Arguments, nil)
}
