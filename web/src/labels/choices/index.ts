import type { LabelType } from '../types';
import { Editor } from './Editor';
import { missing, press, slots, valuesOf } from './model';
import { Viewer } from './Viewer';

export const choices: LabelType = {
  id: 'choices',
  slots,
  press,
  missing,
  chosen: valuesOf,
  Editor,
  Viewer,
};
