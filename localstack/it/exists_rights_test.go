//go:build localstack

package it

import (
	"context"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// document reads a policy as IAM tells it: percent-encoded.
func document(text *string) (string, error) { return url.QueryUnescape(aws.ToString(text)) }

// role is told with the policies that are in it, but for those that other resources of
// the template put there.
func (d *describers) role(ctx context.Context, name string, want map[string]any) (map[string]any, error) {
	r, err := d.roles.GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
	if err != nil {
		return nil, err
	}
	trust, err := document(r.Role.AssumeRolePolicyDocument)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"AssumeRolePolicyDocument": trust, "Description": aws.ToString(r.Role.Description)}
	tags, err := tagged(r.Role.Tags, nil)
	if err := with(out, "Tags", tags, err); err != nil {
		return nil, err
	}
	if want["Policies"] == nil {
		return out, nil
	}
	names, err := d.roles.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: &name})
	if err != nil {
		return nil, err
	}
	var policies []any
	for _, n := range names.PolicyNames {
		p, err := d.inline(ctx, name, n)
		if err != nil {
			return nil, err
		}
		policies = append(policies, map[string]any{"PolicyName": n, "PolicyDocument": p})
	}
	out["Policies"] = policies
	return out, nil
}

func (d *describers) inline(ctx context.Context, role, name string) (string, error) {
	p, err := d.roles.GetRolePolicy(ctx, &iam.GetRolePolicyInput{RoleName: &role, PolicyName: &name})
	if err != nil {
		return "", err
	}
	return document(p.PolicyDocument)
}

func (d *describers) inlinePolicy(ctx context.Context, _ string, want map[string]any) (map[string]any, error) {
	out := map[string]any{"PolicyName": want["PolicyName"], "Roles": want["Roles"]}
	for _, role := range texts(want["Roles"]) {
		p, err := d.inline(ctx, role, asText(want["PolicyName"]))
		if err := with(out, "PolicyDocument", p, err); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (d *describers) managedPolicy(ctx context.Context, name string, _ map[string]any) (map[string]any, error) {
	p, err := d.roles.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &name})
	if err != nil {
		return nil, err
	}
	v, err := d.roles.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &name, VersionId: p.Policy.DefaultVersionId})
	if err != nil {
		return nil, err
	}
	body, err := document(v.PolicyVersion.Document)
	if err != nil {
		return nil, err
	}
	who, err := d.roles.ListEntitiesForPolicy(ctx, &iam.ListEntitiesForPolicyInput{PolicyArn: &name})
	if err != nil {
		return nil, err
	}
	var roles []any
	for _, r := range who.PolicyRoles {
		roles = append(roles, aws.ToString(r.RoleName))
	}
	return map[string]any{
		"Description": aws.ToString(p.Policy.Description), "Path": aws.ToString(p.Policy.Path), "PolicyDocument": body, "Roles": roles,
	}, nil
}
