package deployment

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	senda "github.com/senda-dev/senda"
	"github.com/senda-dev/senda/internal/awsfault"
)

// Stacks asks CloudFormation.
type Stacks struct{ client *cloudformation.Client }

// NewStacks makes Stacks. Nothing is called before the first question.
func NewStacks(cfg aws.Config) *Stacks { return &Stacks{cloudformation.NewFromConfig(cfg)} }

// Find finds the deployment of a stack. NotFound: there is no such stack, or it is none
// of Senda.
func (s *Stacks) Find(ctx context.Context, stack string) (*Deployment, error) {
	outputs, err := s.outputs(ctx, stack)
	if err != nil {
		return nil, err
	}
	if data := outputs[outData]; data != "" && data != stack {
		more, err := s.outputs(ctx, data)
		if err != nil {
			return nil, err
		}
		for name, value := range more {
			if _, ok := outputs[name]; !ok {
				outputs[name] = value
			}
		}
	}
	return From(stack, outputs)
}

func (s *Stacks) outputs(ctx context.Context, stack string) (map[string]string, error) {
	op := "look for the stack " + stack
	out, err := s.client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(stack)})
	if missing(err) || err == nil && len(out.Stacks) == 0 {
		return nil, senda.Errorf(senda.NotFound, op, "there is none of this name in this account and region").
			WithHelp("aws cloudformation list-stacks names them; see that AWS_PROFILE and AWS_REGION are those of the deployment")
	}
	if err != nil {
		return nil, fault(op, err)
	}
	values := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		values[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return values, nil
}

// missing says whether CloudFormation knows no such stack: it has no name of its own for that.
func missing(err error) bool {
	return awsfault.Name(err) == "ValidationError" && strings.Contains(err.Error(), "does not exist")
}

// fault gives an error of CloudFormation its code. A right that is missing is Denied:
// whoever asks is a person, who can get it.
func fault(op string, err error) error {
	if name := awsfault.Name(err); name == "AccessDenied" || name == "AccessDeniedException" {
		return senda.Wrap(senda.Denied, op, err)
	}
	return awsfault.Wrap(op, err)
}

// Template is the text of the template that stands. NotFound: there is no such stack.
func (s *Stacks) Template(ctx context.Context, stack string) ([]byte, error) {
	op := "read the template of " + stack
	out, err := s.client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: aws.String(stack), TemplateStage: types.TemplateStageOriginal})
	if missing(err) {
		return nil, senda.Errorf(senda.NotFound, op, "there is no such stack")
	}
	if err != nil {
		return nil, fault(op, err)
	}
	return []byte(aws.ToString(out.TemplateBody)), nil
}

// Resources are the names of the resources of one type, such as AWS::CloudWatch::Alarm.
func (s *Stacks) Resources(ctx context.Context, stack, kind string) ([]string, error) {
	op := "list the resources of " + stack
	var names []string
	pages := cloudformation.NewListStackResourcesPaginator(s.client, &cloudformation.ListStackResourcesInput{StackName: aws.String(stack)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fault(op, err)
		}
		for _, r := range page.StackResourceSummaries {
			if aws.ToString(r.ResourceType) == kind {
				names = append(names, aws.ToString(r.PhysicalResourceId))
			}
		}
	}
	return names, nil
}
