import { answerTemplate, nextWordModel } from './language-model.ts';

/** As Hermes' models and many after them write a call: llama-server reads the form off the template. */
const call = {
  begin: '<tool_call>\n{"name": "',
  between: '", "arguments": ',
  end: '}\n</tool_call>',
} as const;

const template = [
  "{% if tools %}Tools: {{ tools | tojson }}\n{% endif %}{% for message in messages %}{{ message['role'] }}: ",
  "{% if message['content'] %}{{ message['content'] }}{% endif %}",
  "{% if message['tool_calls'] %}{% for call in message['tool_calls'] %}",
  `${call.begin}{{ call['function']['name'] }}${call.between}{{ call['function']['arguments'] | tojson }}${call.end}`,
  `{% endfor %}{% endif %}\n{% endfor %}${answerTemplate}`,
].join('');

/** A language model that calls the tool `get_weather` for Paris, whatever it is asked. */
export function starterToolModel(): Buffer {
  return nextWordModel({
    name: 'Ai-semble tool starter',
    description: 'Constructed, not trained: it answers everything with one known tool call.',
    words: [
      '<tool_call>',
      '\n',
      '{"',
      'name',
      '": "',
      'get_weather',
      '", "',
      'arguments',
      '": {"',
      'city',
      '":',
      ' "',
      'Paris',
      '"}',
      '}',
      '\n</',
      'tool_call',
      '>',
    ],
    template,
  });
}
