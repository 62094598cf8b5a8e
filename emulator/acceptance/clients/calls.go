// What a program with go-github asks: one JSON line a call, {"call", "ok", "why"}.
//
//	go run . URL TOKEN OWNER REPO
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"

	"github.com/google/go-github/v75/github"
)

func main() {
	base, _ := url.Parse(os.Args[1] + "/")
	owner, repo := os.Args[3], os.Args[4]
	hub := github.NewClient(nil).WithAuthToken(os.Args[2])
	hub.BaseURL = base
	all := context.Background()
	report := func(call string, work func() (bool, error)) {
		ok, err := work()
		line := map[string]any{"call": call, "ok": ok && err == nil}
		if err != nil || !ok {
			line["why"] = fmt.Sprint("another answer, ", err)
		}
		text, _ := json.Marshal(line)
		fmt.Println(string(text))
	}
	report("user", func() (bool, error) {
		user, _, err := hub.Users.Get(all, "")
		return user.GetLogin() == "nova", err
	})
	report("repository", func() (bool, error) {
		found, _, err := hub.Repositories.Get(all, owner, repo)
		return found.GetDefaultBranch() == "main", err
	})
	report("pages", func() (bool, error) {
		count := 0
		options := &github.IssueListByRepoOptions{State: "all", ListOptions: github.ListOptions{PerPage: 1}}
		for {
			page, answer, err := hub.Issues.ListByRepo(all, owner, repo, options)
			if err != nil {
				return false, err
			}
			count += len(page)
			if answer.NextPage == 0 {
				return count > 1, nil
			}
			options.ListOptions.Page = answer.NextPage
		}
	})
	report("pull request and checks", func() (bool, error) {
		pull, _, err := hub.PullRequests.Get(all, owner, repo, 1)
		if err != nil {
			return false, err
		}
		checks, _, err := hub.Checks.ListCheckRunsForRef(all, owner, repo, pull.GetHead().GetSHA(), nil)
		return checks.GetTotal() == 1, err
	})
	report("events", func() (bool, error) {
		events, _, err := hub.Activity.ListRepositoryEvents(all, owner, repo, nil)
		return len(events) > 0, err
	})
	var run int64
	report("runs and artifacts", func() (bool, error) {
		runs, _, err := hub.Actions.ListRepositoryWorkflowRuns(all, owner, repo, nil)
		if err != nil {
			return false, err
		}
		run = runs.WorkflowRuns[0].GetID()
		found, _, err := hub.Actions.ListWorkflowRunArtifacts(all, owner, repo, run, nil)
		if err != nil {
			return false, err
		}
		place, _, err := hub.Actions.DownloadArtifact(all, owner, repo, found.Artifacts[0].GetID(), 1)
		return place != nil, err
	})
	report("logs of a run", func() (bool, error) {
		place, _, err := hub.Actions.GetWorkflowRunLogs(all, owner, repo, run, 1)
		return place != nil, err
	})
	report("a comment", func() (bool, error) {
		text := "measured"
		made, _, err := hub.Issues.CreateComment(all, owner, repo, 1, &github.IssueComment{Body: &text})
		return made.GetBody() == text, err
	})
	report("what is refused is an error", func() (bool, error) {
		_, _, err := hub.Issues.AddLabelsToIssue(all, owner, repo, 1, []string{"improved"})
		_, isError := err.(*github.ErrorResponse)
		return isError, nil
	})
	report("rate limit", func() (bool, error) {
		limits, _, err := hub.RateLimit.Get(all)
		return limits.GetCore().Limit > 0, err
	})
}
